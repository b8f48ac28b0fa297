/** Access tokens for Google's APIs from one refresh token. */
export interface GoogleOAuthPort {
  /**
   * A token that is valid for at least a minute; cached. `fresh` skips the cache after an upstream answered 401.
   * Errors: ConfigError `google_oauth_revoked` (invalid_grant) or `google_oauth_missing` (a secret is not set, named);
   * RetryableError for 5xx, time-outs and broken answers.
   */
  accessToken(options?: { fresh?: boolean }): Promise<string>;
}
