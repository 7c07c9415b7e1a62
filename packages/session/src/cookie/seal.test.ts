import { sealData } from "iron-session";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createSessionId } from "../session-id.ts";
import { openSeal, sealSessionId } from "./seal.ts";

const newest = "the newest secret of the tests of seals";
const older = "an older secret of the tests of the seal";
const oldest = "the oldest secret of the tests of seals";
const ttlSeconds = 600;
const id = createSessionId();
const sealed = (...secrets: string[]) => sealSessionId(id, { purpose: "session", secrets, ttlSeconds });

afterEach(() => vi.useRealTimers());

describe("a seal", () => {
  it("opens to the ID that was sealed, looks different each time and shows nothing of the ID", async () => {
    const seals = await Promise.all([sealed(newest), sealed(newest)]);
    expect(seals[0]).not.toBe(seals[1]);
    for (const seal of seals) {
      expect(await openSeal(seal, "session", [newest])).toBe(id);
      expect(seal).not.toContain(id);
      expect(seal).toMatch(/^[\w.*~-]{200,400}$/);
    }
  });

  it.each([1, 60, 2_592_000])(
    "of %d seconds lasts so long, and ends within a minute's grace",
    async (seconds) => {
      vi.useFakeTimers({ toFake: ["Date"] });
      const seal = await sealSessionId(id, { purpose: "session", secrets: [newest], ttlSeconds: seconds });
      vi.setSystemTime(Date.now() + seconds * 1000 - 1);
      expect(await openSeal(seal, "session", [newest])).toBe(id);
      vi.setSystemTime(Date.now() + 60_001);
      expect(await openSeal(seal, "session", [newest])).toBeNull();
    },
  );
});

describe("a seal that was opened before", () => {
  const secrets = [newest];

  it("is known without any cryptography, for its purpose alone and as it is", async () => {
    const seal = await sealed(...secrets);
    const importKey = vi.spyOn(crypto.subtle, "importKey");
    try {
      expect(await openSeal(seal, "session", secrets)).toBe(id);
      expect(importKey).toHaveBeenCalled();
      importKey.mockClear();
      expect(await openSeal(seal, "session", secrets)).toBe(id);
      expect(importKey).not.toHaveBeenCalled();
      expect(await openSeal(seal, "another purpose", secrets)).toBeNull();
      expect(importKey).toHaveBeenCalled();
    } finally {
      importKey.mockRestore();
    }
    const flipped = seal.replace(/\*[0-9a-f]/, (part) => (part === "*0" ? "*1" : "*0"));
    expect(await openSeal(flipped, "session", secrets)).toBeNull();
  });

  it("is forgotten with the secrets that opened it", async () => {
    const seal = await sealed(...secrets);
    expect(await openSeal(seal, "session", secrets)).toBe(id);
    expect(await openSeal(seal, "session", [older])).toBeNull();
    expect(await openSeal(seal, "session", secrets)).toBe(id);
  });

  it("ends like any other", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const seal = await sealed(...secrets);
    expect(await openSeal(seal, "session", secrets)).toBe(id);
    vi.setSystemTime(Date.now() + ttlSeconds * 1000 + 60_001);
    expect(await openSeal(seal, "session", secrets)).toBeNull();
  });
});

describe("secrets", () => {
  it("are taken by what they are and not by where they stand", async () => {
    const seal = await sealed(older);
    for (const secrets of [[older], [newest, older], [older, newest], [newest, oldest, older]]) {
      expect(await openSeal(seal, "session", secrets)).toBe(id);
    }
  });

  it("rotate: the newest seals, whatever its number; all open; a dropped one opens no more", async () => {
    // Whichever of two secrets has the higher derived number, the first is the one that seals.
    for (const [first, second] of [
      [newest, older],
      [older, newest],
    ] as const) {
      const seal = await sealed(first, second);
      expect(await openSeal(seal, "session", [first])).toBe(id);
      expect(await openSeal(seal, "session", [second])).toBeNull();
    }
    const old = await sealed(oldest);
    expect(await openSeal(old, "session", [newest, older, oldest])).toBe(id);
    expect(await openSeal(old, "session", [newest, older])).toBeNull();
    expect(await openSeal(old, "session", [])).toBeNull();
  });
});

describe("what is not our seal", () => {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  it("is no ID: one character changed, wherever it stands", async () => {
    const seal = await sealed(newest);
    const changed = Array.from(seal, (char, at) => {
      const next = /[0-9a-f]/.test(char) ? "0123456789abcdef0" : `${alphabet}A*~.*`;
      return seal.slice(0, at) + next[next.indexOf(char) + 1] + seal.slice(at + 1);
    });
    const opened = await Promise.all(changed.map((each) => openSeal(each, "session", [newest])));
    expect(changed.filter((each, at) => each === seal || opened[at] !== null)).toEqual([]);
  });

  it("is no ID: another spelling of the same MAC, whose last character has two bits to spare", async () => {
    const seal = await sealed(newest);
    const spellings = Array.from(alphabet, (char) => seal.replace(/.~2$/, `${char}~2`));
    const opened = await Promise.all(spellings.map((each) => openSeal(each, "session", [newest])));
    expect(spellings.filter((_, at) => opened[at] !== null)).toEqual([seal]);
  });

  it("is no ID: truncated anywhere, or with anything before or after it", async () => {
    const seal = await sealed(newest);
    const cut = Array.from(seal, (_, length) => seal.slice(0, length));
    const added = ["x", "~", "~2", "*", " ", "\n", "\0", "%00"].flatMap((text) => [seal + text, text + seal]);
    const tails = ["~1", "~3", "~22", "~", "", "~2~2", "~__proto__"].map((tail) => seal.replace(/~2$/, tail));
    for (const hostile of [...cut, ...added, ...tails, seal + seal, seal.toLowerCase(), seal.repeat(100)]) {
      expect(await openSeal(hostile, "session", [newest])).toBeNull();
    }
  });

  const hostile = [
    "",
    "%",
    "%zz",
    "null",
    "undefined",
    "__proto__",
    "Fe26.2",
    "Fe26.2*1*2*3*4*5*6*7~2",
    "*".repeat(7),
  ];
  it.each([...hostile, "Fe26.2**********~2", "\ud800", "a".repeat(400)])("is no ID: %j", async (text) => {
    expect(await openSeal(text, "session", [newest])).toBeNull();
  });

  it("is no ID: an ID itself, unsealed", async () => {
    expect(await openSeal(id, "session", [newest])).toBeNull();
    expect(await openSeal(`Fe26.2*1*${id}~2`, "session", [newest])).toBeNull();
  });

  it.each<[string, unknown]>([
    ["another purpose's", { reset: createSessionId() }],
    ["another purpose's beside ours", { session: createSessionId(), reset: 1 }],
    ["junk in our field", { session: "../../account:ada" }],
    ["a spelling of no ID", { session: `${"A".repeat(42)}B` }],
    ["another type", { session: [createSessionId()] }],
    ["a bare ID", createSessionId()],
    ["nothing", {}],
    ["null", null],
  ])("is no ID: a true seal of the same secret with %s in it", async (_, data) => {
    const ids = (await sealed(newest)).split("*")[1] ?? "";
    const seal = await sealData(data, { password: { [ids]: newest }, ttl: ttlSeconds });
    expect(await openSeal(seal, "session", [newest])).toBeNull();
  });
});
