import { expect, it } from "vitest";
import { isOfOwnWords } from "./own-words";

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
