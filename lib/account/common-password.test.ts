import { expect, it } from "vitest";
import { isCommonPassword } from "./common-password";

it.each(["password", "12345678", "PASSWORD", "Qwertyuiop", "iloveyou", "password123"])(
  "%s is common",
  async (text) => {
    expect(await isCommonPassword(text)).toBe(true);
  },
);

it.each(["", "carryover-tote-1815", "constructor", "__proto__"])("%j is not", async (text) => {
  expect(await isCommonPassword(text)).toBe(false);
});
