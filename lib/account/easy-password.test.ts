import { dictionary } from "@zxcvbn-ts/language-common";
import { expect, it } from "vitest";
import { commonPasswords } from "./common-passwords";
import { isCommonPassword, isOfOwnWords } from "./easy-password";

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

it.each(["carryover", "Carryover2026", "ada-ada-ada", "ADA.carryover", "ada1815!"])(
  "%s is made of the site's name and of Ada's",
  (text) => {
    expect(isOfOwnWords(text, "ada")).toBe(true);
  },
);

it.each([
  "correct horse battery",
  "a cascada in the canada of adam",
  "carryover-tote-1815",
  "over and carry",
])("%s is more than that, whatever it holds", (text) => {
  expect(isOfOwnWords(text, "ada")).toBe(false);
});

it("a name that is a part of the site's own leaves nothing of it", () => {
  expect(isOfOwnWords("carryover", "carry")).toBe(true);
});

it("characters are counted as people count them", () => {
  expect(isOfOwnWords("ada🧳🧳🧳🧳🧳🧳🧳", "ada")).toBe(true);
  expect(isOfOwnWords("ada🧳🧳🧳🧳🧳🧳🧳🧳", "ada")).toBe(false);
});
