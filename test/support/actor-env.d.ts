declare namespace Cloudflare {
  interface Env {
    /** The SQL files of `migrations/`, handed in by `vitest.config.ts`. */
    readonly TEST_MIGRATIONS: import("cloudflare:test").D1Migration[];
  }
}
