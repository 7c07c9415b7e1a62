import { createSessionCodec, MAX_SESSION_BYTES, SessionTooLarge } from "@carryover/session/internal/codec";
import { UNKNOWN_DEVICE } from "@carryover/session/internal/define-session";
import { describe, expect, it } from "vitest";
import { session as definition } from "./session-definition";
import { anonymousSession, type Session, sessionCodec } from "./test-session";

const session: Session = {
  v: 2,
  revision: 1,
  createdAt: 1_764_000_000_000,
  expiresAt: 1_765_000_000_000,
  ...anonymousSession({ idleSeconds: 60, servedBy: "a", device: "a test" }),
};

/** The value as the scripts put it together. */
function textOf(value: Session, codec = sessionCodec, writes: readonly string[] = []): string {
  const { v, idleSeconds, body } = codec.encode(value, writes);
  const { revision, createdAt, expiresAt } = value;
  return `${JSON.stringify({ v, revision, createdAt, expiresAt, idleSeconds }).slice(0, -1)},${body}`;
}
/** The session as it is kept: one flat object. */
const flat = ({ data, ...frame }: Session) => ({ ...frame, ...data });
const changed = (at: string, value: unknown) => JSON.stringify({ ...flat(session), [at]: value });

describe("the codec", () => {
  it("reads back what it wrote, with the writes", () => {
    expect(sessionCodec.decode(textOf(session, sessionCodec, ["w1", "w2"]))).toEqual({
      session,
      writes: ["w1", "w2"],
      requests: [],
    });
  });

  it("keeps any text a person may call themselves", () => {
    for (const displayName of ['"}{\\', "a\u2028\u0000\nb", "日本語 🧳", "\ud800", "__proto__"]) {
      const data = { ...session.data, profile: { ...session.data.profile, displayName } };
      const named = { ...session, data };
      expect(sessionCodec.decode(textOf(named))?.session.data.profile.displayName).toBe(displayName);
    }
  });

  it("writes 8 KiB and not one byte more, counted in bytes, head and all", () => {
    const padded = (length: number) => ({
      ...session,
      data: { ...session.data, note: "é".repeat(length) },
    });
    let fits = 0;
    for (let step = 4096; step >= 1; step /= 2) {
      try {
        textOf(padded(fits + step));
        fits += step;
      } catch (error) {
        expect(error).toBeInstanceOf(SessionTooLarge);
      }
    }
    const longest = { ...padded(fits), revision: 9_999_999_999, idleSeconds: 86_400 };
    expect(Buffer.byteLength(textOf(longest))).toBeLessThanOrEqual(MAX_SESSION_BYTES);
    expect(Buffer.byteLength(textOf(longest))).toBeGreaterThan(MAX_SESSION_BYTES - 200);
    expect(() => textOf(padded(fits + 1))).toThrow(SessionTooLarge);
  });

  const foreign = [
    "",
    " ",
    "null",
    "true",
    "0",
    "-1.5e300",
    '"text"',
    "[]",
    "{}",
    "{",
    "NaN",
    "\ufeff{}",
    "[{}]",
  ];
  it.each(foreign)("answers null for %j", (text) => {
    expect(sessionCodec.decode(text)).toBeNull();
  });

  const everyType: unknown[] = [null, true, 0, -1, 0.5, 1e300, "", "1", [], {}, [[]], [null]];
  const fields = ["v", "revision", "createdAt", "expiresAt", "idleSeconds", "profile", "cart", "views"];
  it.each([...fields, "user", "servedBy"])("answers null or a whole session, whatever %s is", (field) => {
    for (const value of everyType) {
      const found = sessionCodec.decode(changed(field, value))?.session;
      if (found) expect(flat(found)).toEqual({ ...flat(session), [field]: value });
    }
    if (field !== "user") expect(sessionCodec.decode(changed(field, null))).toBeNull();
  });

  it.each([
    ["v", 0],
    ["revision", 0],
    ["revision", 2 ** 53],
    ["idleSeconds", 0],
    ["idleSeconds", 86_401],
    // Beyond what a Date can be: showing it would throw.
    ["expiresAt", 8_640_000_000_000_001],
    ["createdAt", -1],
    ["user", { id: "", name: "ada" }],
    ["user", {}],
    ["cart", { lines: [{ sku: "tote", quantity: 0 }] }],
    ["cart", { lines: [{ sku: "tote", quantity: 1000 }] }],
    ["cart", { lines: Array(51).fill({ sku: "tote", quantity: 1 }) }],
    ["views", [["a"]]],
    ["views", { a: 1 }],
    ["profile", { ...session.data.profile, theme: "sepia" }],
    ["profile", { ...session.data.profile, displayName: " " }],
  ])("answers null for %s = %j", (field, value) => {
    expect(sessionCodec.decode(changed(field, value))).toBeNull();
  });

  it("reads a value whose writes are none of ours as one without writes", () => {
    expect(sessionCodec.decode(changed("writes", "no list"))?.writes).toEqual([]);
    expect(sessionCodec.decode(changed("writes", ["w", 1, null]))?.writes).toEqual(["w"]);
  });

  it("is not harmed by keys that are special in JavaScript", () => {
    const hostile = ["__proto__", "constructor", "toString"].map((key) => `"${key}":{"quantity":7}`).join();
    const text = changed("cart", { lines: [] })
      .replace('"lines":[]', `"lines":[],${hostile}`)
      .replace('"theme"', `${hostile},"theme"`)
      .replace('"user":null', `"user":{${hostile},"id":"u","name":"n"},${hostile}`);
    const found = sessionCodec.decode(text)?.session;
    expect(found).toMatchObject({ revision: 1, user: { id: "u", name: "n" }, data: { cart: { lines: [] } } });
    expect("quantity" in {}).toBe(false);
    for (const part of [found, found?.data, found?.data.cart, found?.data.profile, found?.user]) {
      expect(Object.getPrototypeOf(part)).toBe(Object.prototype);
    }
  });
});

describe("versions", () => {
  // The next version, say, names the shop's currency.
  const next = createSessionCodec({
    ...definition,
    version: 3,
    migrations: { 2: (older) => ({ ...older, currency: "EUR" }) },
  });

  it("migrates an older value on reading and writes it with the new version", () => {
    const found = next.decode(textOf(session));
    expect(found?.session).toMatchObject({ v: 3, revision: 1, data: { currency: "EUR" } });
    if (found) expect(textOf(found.session, next)).toMatch(/^{"v":3,"revision":1,.*"currency":"EUR"/);
  });

  it("goes through every version in between, and stops at a gap", () => {
    const steps = {
      2: (older: object) => ({ ...older, one: 1 }),
      3: (older: object) => ({ ...older, two: 2 }),
    };
    const codecOf = (version: number) => createSessionCodec({ ...definition, version, migrations: steps });
    expect(codecOf(4).decode(textOf(session))?.session).toMatchObject({
      v: 4,
      data: { one: 1, two: 2 },
    });
    expect(codecOf(5).decode(textOf(session))).toBeNull();
  });

  it("reads a session of the first version, which noted no device", () => {
    const { device: _, ...first } = { ...flat(session), v: 1 };
    expect(sessionCodec.decode(JSON.stringify(first))?.session).toEqual({
      ...session,
      device: UNKNOWN_DEVICE,
    });
  });

  it("keeps a newer build's version number and fields, at every depth, through a write of this one", () => {
    const newer = {
      ...session,
      v: 3,
      user: { id: "u", name: "n", badge: [1] },
      data: {
        ...session.data,
        currency: "EUR",
        big: 12_345_678_901_234,
        empty: {},
        none: [],
        profile: { ...session.data.profile, pronouns: "she" },
        cart: { lines: [{ sku: "tote", quantity: 1, gift: { to: "bob" } }], voucher: null },
      },
    };
    const found = sessionCodec.decode(textOf(newer, next))?.session;
    expect(found).toEqual(newer);
    if (found) expect(JSON.parse(textOf(found))).toEqual({ ...flat(newer), writes: [] });
  });

  it.each([0, -1, 0.5, "1", null])("takes no value of version %j for an old one", (v) => {
    expect(next.decode(changed("v", v))).toBeNull();
  });

  it("answers null where a corrupt old value makes a migration throw", () => {
    const throwing = createSessionCodec({
      ...definition,
      version: 3,
      migrations: {
        2: () => {
          throw new TypeError("cannot read a property of undefined");
        },
      },
    });
    expect(throwing.decode(textOf(session))).toBeNull();
  });
});

describe("the requests that a session remembers", () => {
  const requests = [["key", "content", 1764000000000]] as const;
  const encode = (of: Session, remembered = requests) => sessionCodec.encode(of, ["w1"], remembered).body;
  const decode = (body: string) =>
    sessionCodec.decode(
      `{"v":2,"revision":1,"createdAt":1764000000000,"expiresAt":1764000001000,"idleSeconds":60,${body}`,
    );

  it("are read back, and are no part of the session", () => {
    const stored = decode(encode(session));
    expect(stored?.requests).toEqual(requests);
    expect(stored?.session).not.toHaveProperty("keys");
  });

  it("are forgotten rather than that the session would be too large", () => {
    const note = (length: number) => ({
      ...session,
      data: { ...session.data, note: "x".repeat(length) },
    });
    let length = MAX_SESSION_BYTES;
    while (!fits(() => sessionCodec.encode(note(length), ["w1"]))) length--;
    expect(decode(encode(note(length)))?.requests).toEqual([]);
    expect(() => encode(note(length + 1))).toThrow(SessionTooLarge);
  });

  it.each([null, 1, "text", {}, [[]], [["key"]], [["key", "content", "now"]], [[1, 2, 3]]])(
    "are none in %j, and the session stays readable",
    (keys) => {
      const stored = decode(encode(session).replace(JSON.stringify(requests), JSON.stringify(keys)));
      expect(stored).toMatchObject({ requests: [], session: { idleSeconds: 60 } });
    },
  );
});

function fits(encode: () => unknown): boolean {
  try {
    encode();
    return true;
  } catch {
    return false;
  }
}
