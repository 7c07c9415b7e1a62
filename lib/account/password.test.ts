import { describe, expect, it } from "vitest";
import { password } from "./password";

const reasonsFor = (value: unknown) =>
  password.safeParse(value).error?.issues.map((issue) => issue.code === "custom" && issue.params?.reason);

describe("a password", () => {
  it.each([
    "12345678",
    "x".repeat(128),
    "🧳".repeat(8),
    "🧳".repeat(128),
    "        ",
    "pass\0word",
    "пароль-12",
  ])("may be %j", (text) => {
    expect(password.parse(text)).toBe(text);
  });

  it.each([null, 12345678, ["12345678"], undefined])("may not be %j: it is a text", (value) => {
    expect(password.safeParse(value).success).toBe(false);
  });

  it.each(["", "1234567", "🧳".repeat(7)])("may not be %j: each of 8 characters counts once", (text) => {
    expect(reasonsFor(text)).toEqual(["short"]);
  });

  it.each(["x".repeat(129), "🧳".repeat(129)])("may not be %j: 128 characters are the most", (text) => {
    expect(reasonsFor(text)).toEqual(["long"]);
  });

  it("is the text that its normal form is, and is measured in it", () => {
    expect(password.parse("ｐａｓｓｗｏｒｄ１２３")).toBe("password123");
    expect(password.parse("cafe\u0301 au lait")).toBe("caf\u00e9 au lait");
    // Four letters with an accent each; a ligature of three letters, fifty times.
    expect(reasonsFor("e\u0301".repeat(4))).toEqual(["short"]);
    expect(reasonsFor("\ufb03".repeat(50))).toEqual(["long"]);
  });
});
