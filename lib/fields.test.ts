import { describe, expect, it } from "vitest";
import { flag, idleSeconds, optionalIdleSeconds, profileFields, quantity, sku } from "./fields";

const accepts = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown) =>
  schema.safeParse(value).success;

// What a person may mean by a number, and a machine would not.
const noNumbers: unknown[] = [
  ...[
    "",
    " ",
    " 1",
    "1 ",
    "1\n",
    "+1",
    "1.0",
    "1.5",
    "1e3",
    "0x10",
    "1_000",
    "1,000",
    "١",
    "①",
    "NaN",
    "Infinity",
  ],
  ...["1".repeat(16), "9".repeat(400), "--1", "-"],
  ...[1.5, Number.NaN, Number.POSITIVE_INFINITY, 1e21, 2 ** 53, null, undefined, true, [], [1], {}],
];

describe("a quantity", () => {
  it.each([1, "1", 999, "999", "007"])("is %j", (value) => {
    expect(quantity.parse(value)).toBe(Number(value));
  });

  it("beyond the cart's bound is the cart's to refuse, and not clamped here", () => {
    expect(quantity.parse("1000")).toBe(1000);
    expect(quantity.parse(Number.MAX_SAFE_INTEGER)).toBe(Number.MAX_SAFE_INTEGER);
  });

  it.each([...noNumbers, 0, -1, "0", "-1", "-0", -0].map((value) => [value]))("is not %j", (value) => {
    expect(accepts(quantity, value)).toBe(false);
  });
});

describe("an idle timeout", () => {
  it.each([1, 86_400, "1", "86400"])("is %j", (value) => {
    expect(idleSeconds.parse(value)).toBe(Number(value));
  });

  it.each([...noNumbers, 0, 86_401, "86401", -1].map((value) => [value]))("is not %j", (value) => {
    expect(accepts(idleSeconds, value)).toBe(false);
    if (value !== undefined && value !== "") expect(accepts(optionalIdleSeconds, value)).toBe(false);
  });

  it("may be left out, or sent empty by a form", () => {
    expect(optionalIdleSeconds.parse(undefined)).toBeUndefined();
    expect(optionalIdleSeconds.parse("")).toBeUndefined();
    expect(optionalIdleSeconds.parse("60")).toBe(60);
  });
});

it.each([null, 1, "", "x".repeat(65), ["tote"]].map((value) => [value]))("a SKU is not %j", (value) => {
  expect(accepts(sku, value)).toBe(false);
});

describe("the fields of a profile", () => {
  it("are those given, trimmed, and no others", () => {
    expect(profileFields.parse({ displayName: "  Ada  ", admin: true, next: "/" })).toEqual({
      displayName: "Ada",
    });
    expect(profileFields.parse({})).toEqual({});
    expect(profileFields.parse({ locale: "de-DE", theme: "dark" })).toEqual({
      locale: "de-DE",
      theme: "dark",
    });
    expect(accepts(profileFields, { displayName: "x".repeat(64) })).toBe(true);
  });

  it("lose the marks that keyboards put into a name and nobody sees", () => {
    expect(profileFields.parse({ displayName: "\u200fעדה\u200e" })).toEqual({ displayName: "עדה" });
  });

  it.each(["Łukasz", "山田 太郎", "עדה", "می\u200cخواهم", "👩\u200d👩\u200d👧", '<b>O\'Brien & "sons"</b>'])(
    "may name a person as they write it: %s",
    (displayName) => {
      expect(profileFields.parse({ displayName })).toEqual({ displayName });
    },
  );

  it.each([
    { displayName: "" },
    { displayName: "   " },
    { displayName: "x".repeat(65) },
    { displayName: null },
    { displayName: ["Ada"] },
    { displayName: "A\u0000da" },
    { displayName: "Ada\r\nSet-Cookie: x=1" },
    { displayName: "Ada\u202emoc.live" },
    { displayName: "Ada\u2067" },
    { displayName: "\u200f\u200e \u061c" },
    { displayName: "Ad\u200ba" },
    { displayName: "Ad\u00ada" },
    { displayName: "\ufeffA\ufeffda" },
    { displayName: "A\u2028da" },
    { displayName: "Ada\u{e0041}" },
    { displayName: "\u3164" },
    { displayName: "\u200d" },
    { displayName: "Ada\ud800" },
    { locale: "en" },
    { locale: "de-de" },
    { theme: "__proto__" },
    { theme: "DARK" },
    { theme: undefined },
  ])("are not %j", (fields) => {
    expect(accepts(profileFields, fields)).toBe(false);
  });
});

describe("a flag", () => {
  it.each<[sent: unknown, set: true | undefined]>([
    ...[true, 1, "1", "true", "on"].map((sent): [unknown, true] => [sent, true]),
    ...[false, 0, "0", "false", "off", ""].map((sent): [unknown, undefined] => [sent, undefined]),
  ])("sent as %j is %j", (sent, set) => {
    expect(flag.parse(sent)).toBe(set);
  });

  it.each([null, "yes", "TRUE", 2, -1, " ", [], {}])("is refused as %j", (sent) => {
    expect(accepts(flag, sent)).toBe(false);
  });
});
