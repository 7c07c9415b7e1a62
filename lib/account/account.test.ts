import { describe, expect, it } from "vitest";
import { accountSchema, createGuestName, createUserId, GUEST_PREFIX, userName } from "./account";

describe("a user name", () => {
  it.each([
    ["ada", "ada"],
    ["Ada.Lovelace_1815-x", "ada.lovelace_1815-x"],
    ["ADA", "ada"],
    ["123", "123"],
    ["x".repeat(32), "x".repeat(32)],
    ["__proto__", "__proto__"],
  ])("%s is %s, whatever its case", (text, name) => {
    expect(userName.parse(text)).toBe(name);
  });

  const kelvinSign = "\u212a";
  const refused: unknown[] = [
    ...[
      "",
      "ab",
      "x".repeat(33),
      "a b",
      " ada",
      "ada ",
      "ada\n",
      "ada\0",
      "a:b",
      "a/b",
      "a*b",
      "ада",
      "Ä bc",
    ],
    ...[`bri${kelvinSign}`, "\u017fam", "ﬁnn", "ada\u200b", "\u202eada", "ＡＤＡ"],
    ...[null, undefined, 123, ["ada"], { name: "ada" }],
  ];
  it.each(refused.map((value) => [value]))("%j is none", (value) => {
    expect(userName.safeParse(value).success).toBe(false);
  });

  it("is of a-z, 0-9 and . _ - alone, whatever folds into them elsewhere in Unicode", () => {
    const folding: string[] = [];
    for (let code = 0x80; code <= 0x10ffff; code++) {
      const character = String.fromCodePoint(code);
      const folded = [character.toLowerCase(), character.toUpperCase(), character.normalize("NFKC")];
      if (folded.some((each) => /^[\w.-]+$/.test(each))) folding.push(character);
    }
    expect(folding).toEqual(expect.arrayContaining(["\u212a", "\u017f", "ﬁ", "Ａ", "①", "𝐚"]));
    expect(folding.filter((each) => userName.safeParse(`ad${each}`).success)).toEqual([]);
  });

  it("is not what a character folds into: the Kelvin sign is no k", () => {
    expect(kelvinSign.toLowerCase()).toBe("k");
    expect(userName.safeParse(`${kelvinSign}im`).success).toBe(false);
  });
});

describe("a guest", () => {
  it("has a name of its own that a user name can hold and nobody may register", () => {
    const names = Array.from({ length: 100 }, createGuestName);
    expect(new Set(names).size).toBe(100);
    for (const name of names) {
      expect(name.startsWith(GUEST_PREFIX)).toBe(true);
      expect(userName.parse(name)).toBe(name);
    }
  });
});

it("an account keeps fields that it does not know", () => {
  const account = { id: createUserId(), name: "ada", passwordHash: "h", createdAt: 1, mail: "a@b.example" };
  expect(accountSchema.parse(account)).toEqual(account);
});
