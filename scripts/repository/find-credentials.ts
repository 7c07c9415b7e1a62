/** What credentials look like in a text, by what they are. */
const SHAPES: readonly [what: string, shape: RegExp][] = [
  ["a private key", /-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{40}/],
  ["a cloud's access key", /\b(AKIA|ASIA)[A-Z0-9]{16}\b/],
  ["a GitHub token", /\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{60,})/],
  ["an npm token", /\bnpm_[A-Za-z0-9]{36}\b/],
  ["a whole seal", /Fe26\.2\*\d*\*[0-9a-f]{64}\*[\w-]{22}\*[\w-]{60,}\*\d*\*[0-9a-f]{64}\*[\w-]{43}/],
  [
    "a value for a secret",
    /(SESSION_SECRET|REST_TOKEN|REST_API_TOKEN)["']?\s*[=:]\s*["']?[A-Za-z0-9+/_=-]{32,}/,
  ],
  ["a password in an address", /\brediss?:\/\/[^\s:@/"'`]*:[^\s@/"'`$<{]{16,}@/],
];

/** The credentials that a text holds, in words, and none of them itself. */
export function findCredentials(text: string): string[] {
  return SHAPES.filter(([, shape]) => shape.test(text)).map(([what]) => what);
}
