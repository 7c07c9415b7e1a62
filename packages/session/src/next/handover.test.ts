import { afterEach, describe, expect, it, vi } from "vitest";
import { parseEnv } from "../env.ts";
import { testSecret, testVariables } from "../testing/test-env.ts";
import { type Handover, signHandover } from "./handover-sign.ts";
import { readHandover } from "./handover-verify.ts";

const variables = testVariables("http://localhost:1", "token");
const env = parseEnv(variables);
const cookies = ["seal-one", "seal-two"];
const live: Handover = {
  spentMs: 12.5,
  state: "live",
  handle: "0123456789ab",
  text: '{"v":1,"note":"\\"quoted\\""}',
  ttlMs: 5,
  nowMs: 1,
};
const beyondAscii: Handover = { ...live, text: '{"v":1,\n"note":"ä🧳\ud800"}' };

afterEach(() => vi.useRealTimers());

describe("the hand-over", () => {
  it.each<Handover>([
    live,
    beyondAscii,
    { state: "none", spentMs: 3 },
    { state: "unavailable", spentMs: 1000 },
  ])("is believed as it was signed, in characters that a header may hold: $state", async (said) => {
    const header = await signHandover(said, cookies, env);
    expect(header).toMatch(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/);
    expect(readHandover(header, cookies, env)).toEqual(said);
  });

  it("is for these very cookies: no other's session, in no other order", async () => {
    const header = await signHandover(live, cookies, env);
    for (const other of [[], ["seal-one"], ["seal-two", "seal-one"], ["seal-one", "seal-three"]]) {
      expect(readHandover(header, other, env)).toBeNull();
    }
  });

  it("is of this moment: ten seconds later, or earlier by a skewed clock, nobody believes it", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const header = await signHandover(live, cookies, env);
    vi.setSystemTime(Date.now() + 9_999);
    expect(readHandover(header, cookies, env)).toEqual(live);
    vi.setSystemTime(Date.now() + 2);
    expect(readHandover(header, cookies, env)).toBeNull();
    vi.setSystemTime(Date.now() - 20_002);
    expect(readHandover(header, cookies, env)).toBeNull();
  });

  it("is of a server with our newest secret", async () => {
    const header = await signHandover(live, cookies, env);
    const newer = "a newer secret for tests of the header";
    for (const secrets of [newer, `${newer},${testSecret}`]) {
      expect(readHandover(header, cookies, parseEnv({ ...variables, SESSION_SECRET: secrets }))).toBeNull();
    }
    const both = parseEnv({ ...variables, SESSION_SECRET: `${testSecret},${newer}` });
    expect(readHandover(header, cookies, both)).toEqual(live);
  });

  it("is not believed with one character changed, wherever it stands", async () => {
    const header = await signHandover({ state: "none", spentMs: 0 }, cookies, env);
    for (let at = 0; at < header.length; at++) {
      const other = header[at] === "1" ? "2" : "1";
      expect(readHandover(header.slice(0, at) + other + header.slice(at + 1), cookies, env)).toBeNull();
    }
  });

  const now = Date.now();
  const mac = "A".repeat(43);
  const payload = JSON.stringify(live);
  it.each([
    ...[null, "", ".", "..", "live", payload, `${now}.${payload}`, `${now}..${payload}`, `${now}.${mac}.`],
    ...[
      `${now}.${mac}.${payload}`,
      `.${mac}.${payload}`,
      `NaN.${mac}.${payload}`,
      `${now}.${payload}.${mac}`,
    ],
    ...[`${now}.${mac}.a`, `${now}.${mac}${mac}.${payload}`, `${now}.${mac}.%`],
    `${now}.${"é".repeat(43)}.${payload}`,
    `${now}.${mac}.${Buffer.from(payload).toString("base64url")}`,
  ])("is not believed when a client writes it: %s", async (header) => {
    expect(readHandover(header, cookies, env)).toBeNull();
  });
});
