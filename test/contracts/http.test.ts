import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { ConfigError, PermanentError, RetryableError } from "../../src/core/errors.ts";
import { boundedFetch, type Call, exchange, exchangeJson } from "../../src/lib/http.ts";
import { cleanForeignText, retryAfterMs, type Upstream } from "../../src/lib/http-failure.ts";
import { json, scriptFetch, stillTransport } from "./support/script-fetch.ts";

const SHOP: Upstream = {
  code: "shop",
  label: "Shop",
  credential: "SHOP_TOKEN",
  explain: (body) => (typeof body === "object" && body !== null && "why" in body ? String(body.why) : null),
};
const READ: Call = {
  method: "GET",
  baseUrl: "http://shop.example/api/",
  path: "/things",
  query: { key: "s3cr3t-key" },
  headers: { authorization: "Bearer tok-123456" },
  repeatable: true,
};
const WRITE: Call = { ...READ, method: "POST", body: "{}", repeatable: false };
const Thing = v.object({ name: v.string() });

async function failureOf(work: Promise<unknown>) {
  const thrown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown instanceof RetryableError) {
    return { name: thrown.name, code: thrown.code, wait: thrown.retryAfterMs, message: thrown.message };
  }
  if (thrown instanceof PermanentError || thrown instanceof ConfigError) {
    return { name: thrown.name, code: thrown.code, wait: null, message: thrown.message };
  }
  throw new Error(`expected a named failure, got ${String(thrown)}`);
}

function ask(call: Call, ...answers: Parameters<typeof scriptFetch>) {
  const script = scriptFetch(...answers);
  const transport = stillTransport(script.fetch);
  return { script, transport, answer: exchangeJson(transport, SHOP, call, Thing) };
}

describe("what a status means", () => {
  it.each([
    [400, "PermanentError", "shop_bad_request"],
    [401, "ConfigError", "shop_unauthorised"],
    [402, "ConfigError", "shop_payment_required"],
    [403, "ConfigError", "shop_forbidden"],
    [404, "PermanentError", "shop_not_found"],
    [410, "PermanentError", "shop_not_found"],
    [413, "PermanentError", "shop_too_large"],
    [422, "PermanentError", "shop_bad_request"],
    [451, "PermanentError", "shop_legally_blocked"],
    [302, "ConfigError", "shop_redirected"],
    [408, "RetryableError", "shop_unavailable"],
    [429, "RetryableError", "shop_rate_limited"],
    [500, "RetryableError", "shop_unavailable"],
    [503, "RetryableError", "shop_unavailable"],
  ])("%i is %s %s", async (status, name, code) => {
    const { answer } = ask(READ, json({ why: "because" }, status));
    expect(await failureOf(answer)).toMatchObject({ name, code });
  });

  it("says who answered what, without query, token or anything quoted back", async () => {
    const { answer } = ask(
      WRITE,
      json({ why: "Bad token tok-123456 for http://shop.example/x?key=s3cr3t-key\n" }, 400),
    );
    const { message } = await failureOf(answer);
    expect(message).toBe("Shop POST /things was answered 400: Bad token [removed] for http://shop.example/x[removed].");
  });

  it("prints nothing of an error body that is not the upstream's own shape", async () => {
    const { answer } = ask(READ, new Response("<html><script>alert(1)</script></html>", { status: 400 }));
    expect((await failureOf(answer)).message).toBe("Shop GET /things was answered 400.");
  });

  it("follows no redirect with our credential", async () => {
    const { answer, script } = ask(
      READ,
      new Response(null, { status: 302, headers: { location: "http://else.example" } }),
    );
    await failureOf(answer);
    expect(script.sent.map((request) => request.redirect)).toEqual(["manual"]);
  });
});

describe("repeats", () => {
  it("a read that fails twice for a moment succeeds on the third try, after growing waits", async () => {
    const { answer, transport, script } = ask(READ, json({}, 503), new TypeError("fetch failed"), json({ name: "a" }));
    expect((await answer).value).toEqual({ name: "a" });
    expect(transport.slept).toEqual([250, 500]);
    expect(script.sent).toHaveLength(3);
  });

  it("a read that keeps failing ends after three tries", async () => {
    const { answer, script } = ask(READ, json({}, 500));
    expect(await failureOf(answer)).toMatchObject({ code: "shop_unavailable" });
    expect(script.sent).toHaveLength(3);
  });

  it("a limit of five seconds is waited for here", async () => {
    const { answer, transport } = ask(READ, json({}, 429, { "retry-after": "5" }), json({ name: "a" }));
    expect((await answer).value).toEqual({ name: "a" });
    expect(transport.slept).toEqual([5000]);
  });

  it("a longer limit goes to the run's own retry, with the time asked for", async () => {
    const { answer, transport, script } = ask(READ, json({}, 429, { "retry-after": "6" }));
    expect(await failureOf(answer)).toMatchObject({ code: "shop_rate_limited", wait: 6000 });
    expect([transport.slept, script.sent.length]).toEqual([[], 1]);
  });

  it("a limit that names no time is not tried again", async () => {
    const { answer, script } = ask(READ, json({}, 429));
    expect(await failureOf(answer)).toMatchObject({ code: "shop_rate_limited", wait: null });
    expect(script.sent).toHaveLength(1);
  });

  it.each([
    ["a 500", json({}, 500)],
    ["a 429", json({}, 429, { "retry-after": "1" })],
    ["a lost connection", new TypeError("x")],
  ])("a write is sent once, whatever comes back: %s", async (_, reply) => {
    const { answer, script } = ask(WRITE, reply);
    expect((await failureOf(answer)).name).toBe("RetryableError");
    expect(script.sent).toHaveLength(1);
  });

  it("a write whose answer was lost says that it may have happened", async () => {
    const { answer } = ask(WRITE, new TypeError("socket hang up"));
    const failure = await failureOf(answer);
    expect(failure.code).toBe("shop_unreachable");
    expect(failure.message).toContain("may have been carried out");
  });
});

describe("limits", () => {
  it("a call that takes too long is given up and not repeated", async () => {
    const never = (_: string, init?: RequestInit) =>
      new Promise<Response>((_resolve, reject) => {
        init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
      });
    const transport = stillTransport(never, { timeoutMs: 5 });
    const failure = await failureOf(exchangeJson(transport, SHOP, READ, Thing));
    expect(failure).toMatchObject({ name: "RetryableError", code: "shop_timeout" });
    expect(transport.slept).toEqual([]);
  });

  it("a body beyond the limit is refused and not read to its end", async () => {
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(1024));
      },
    });
    const transport = stillTransport(async () => new Response(endless));
    const failure = await failureOf(exchange(transport, SHOP, { ...READ, maxBytes: 4096 }, (reply) => reply.bytes));
    expect(failure).toMatchObject({ name: "PermanentError", code: "shop_reply_too_large" });
    expect(pulled).toBeLessThan(10);
  });

  it("a bounded fetch hands on a body within its limit and refuses a larger one", async () => {
    const answer = async () => new Response("12345", { status: 201, headers: { "x-kept": "yes" } });
    const kept = await boundedFetch(answer, 5)("http://shop.example");
    expect([await kept.text(), kept.status, kept.headers.get("x-kept")]).toEqual(["12345", 201, "yes"]);
    await expect(boundedFetch(answer, 4)("http://shop.example")).rejects.toThrow("larger than 4 bytes");
  });
});

describe("replies", () => {
  it("half a JSON text is a bad reply, and a read asks again", async () => {
    const { answer, script } = ask(READ, new Response('{"name": "a'), json({ name: "a" }));
    expect((await answer).value).toEqual({ name: "a" });
    expect(script.sent).toHaveLength(2);
  });

  it("bytes that are no UTF-8 are a bad reply", async () => {
    const { answer } = ask(READ, () => new Response(new Uint8Array([0x22, 0xff, 0x22])));
    expect(await failureOf(answer)).toMatchObject({ name: "RetryableError", code: "shop_bad_reply" });
  });

  it("a shape we do not know is final and names the place, not the value", async () => {
    const { answer } = ask(READ, json({ name: 7 }));
    expect(await failureOf(answer)).toMatchObject({
      name: "PermanentError",
      code: "shop_unexpected_reply",
      message: "Shop GET /things was answered in an unexpected shape: name: expected string, found a number.",
    });
  });

  it("the text is kept byte for byte", async () => {
    const text = '{ "name":\t"Ünïcødé 🌍" }\n';
    const { answer } = ask(READ, new Response(text));
    expect((await answer).text).toBe(text);
  });

  it("unknown fields are ignored", async () => {
    const { answer } = ask(READ, json({ name: "a", brandNew: { deep: true } }));
    expect((await answer).value).toEqual({ name: "a" });
  });
});

describe("addresses", () => {
  it("a trailing slash of the base URL is tolerated", async () => {
    const { answer, script } = ask({ ...READ, baseUrl: "http://shop.example/api//" }, json({ name: "a" }));
    await answer;
    expect(script.sent[0]?.url).toBe("http://shop.example/api/things?key=s3cr3t-key");
  });

  it.each(["", "shop.example", "ftp://shop.example", "http://"])(
    "a base URL such as %j is a setting to correct",
    async (baseUrl) => {
      const { answer, script } = ask({ ...READ, baseUrl }, json({ name: "a" }));
      expect(await failureOf(answer)).toMatchObject({ name: "ConfigError", code: "shop_base_url" });
      expect(script.sent).toHaveLength(0);
    },
  );

  it("an address given by the upstream is sent to the letter", async () => {
    const address = "http://files.example/a%20b?sig=A%2fb+c&x";
    const sent: string[] = [];
    const transport = stillTransport(async (input) => {
      sent.push(input);
      return json({ name: "a" });
    });
    await exchangeJson(transport, SHOP, { ...READ, address }, Thing);
    expect(sent).toEqual([address]);
  });
});

describe("Retry-After", () => {
  const now = new Date("2026-11-05T09:00:00.000Z");
  it.each([
    ["3", 3000],
    ["0", 0],
    ["1.5", 1500],
    ["86400", 86_400_000],
    ["86401", 86_400_000],
    ["9".repeat(400), 86_400_000],
    ["Fri, 05 Nov 2027 09:00:30 GMT", 86_400_000],
    ["Thu, 05 Nov 2026 09:00:30 GMT", 30_000],
    ["Thu, 05 Nov 2026 08:00:00 GMT", null],
    ["soon", null],
    ["", null],
    [null, null],
  ])("%j means %j ms", (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });
});

describe("foreign text", () => {
  it.each([
    ["a\u0000b\r\n\tc\u202e", "a b c"],
    ["Incorrect API key provided: sk-abc***xyz.", "Incorrect API key provided: [removed]."],
    ["Authorization: Bearer ya29.abcdef", "Authorization: [removed]"],
    ["see https://x.example/p?access_token=abc&y=1 now", "see https://x.example/p[removed] now"],
    ["refresh_token=abc123&grant_type=x", "[removed]&grant_type=x"],
  ])("%j is printed as %j", (given, expected) => {
    expect(cleanForeignText(given)).toBe(expected);
  });

  it("is cut at 200 characters without breaking one", () => {
    const clean = cleanForeignText("🌍".repeat(500));
    expect([...clean]).toHaveLength(200);
    expect(clean.isWellFormed()).toBe(true);
  });
});
