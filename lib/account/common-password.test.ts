import { dictionary } from "@zxcvbn-ts/language-common";
import { expect, it } from "vitest";
import { isCommonPassword } from "./common-password";
import { commonPasswords } from "./common-passwords";

it.each(["password", "12345678", "PASSWORD", "Qwertyuiop", "iloveyou", "password123"])(
  "%s is common",
  async (text) => {
    expect(await isCommonPassword(text)).toBe(true);
  },
);

it.each(["", "carryover-tote-1815", "constructor", "__proto__"])("%j is not", async (text) => {
  expect(await isCommonPassword(text)).toBe(false);
});

it("knows every common password of the installed list that is long enough", () => {
  const installed = dictionary["passwords-common"].filter((word) => word.length >= 8);
  expect(new Set(commonPasswords.trim().split(/\s/))).toEqual(new Set(installed));
});
