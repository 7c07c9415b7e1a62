import { assert, constantFrom, nat, property } from "fast-check";
import { expect, test } from "vitest";
import { locales } from "@/lib/profile-choices";
import { formatCount, formatMoney, numberStyleOf } from "./number-style";

test("numbers and prices are written as Intl writes them, in every locale of ours", () => {
  const number = nat(Number.MAX_SAFE_INTEGER);
  const isAsIntl = property(constantFrom(...locales), number, nat(10_000_000_000), (locale, count, cents) => {
    const style = numberStyleOf(locale);
    const money = new Intl.NumberFormat(locale, { style: "currency", currency: "EUR" });
    expect(formatCount(count, style)).toBe(new Intl.NumberFormat(locale).format(count));
    expect(formatMoney(cents, style)).toBe(money.format(cents / 100));
  });
  const examples: [(typeof locales)[number], number, number][] = locales.flatMap((locale) =>
    [0, 7, 999, 1000, 99_999, 100_000].map((n): [typeof locale, number, number] => [locale, n, n]),
  );
  assert(isAsIntl, { examples });
});
