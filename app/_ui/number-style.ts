import type { Profile } from "@/lib/session-definition";

/** What a locale puts around and between the digits of a number and of a price in euro. */
export interface NumberStyle {
  readonly group: string;
  readonly decimal: string;
  readonly before: string;
  readonly after: string;
}

/**
 * How this locale writes numbers, read from Intl. For the server alone: a browser that has not used Intl yet is held up by
 * it for 50 ms while it takes a page over, so it gets the signs from here and puts them together itself.
 */
export function numberStyleOf(locale: Profile["locale"]): NumberStyle {
  const known = styles.get(locale);
  if (known) return known;
  const style = readStyle(locale);
  styles.set(locale, style);
  return style;
}

// Intl takes 25 µs for one, and each page asks for it.
const styles = new Map<Profile["locale"], NumberStyle>();

function readStyle(locale: Profile["locale"]): NumberStyle {
  const euro = new Intl.NumberFormat(locale, { style: "currency", currency: "EUR" });
  const parts = euro.formatToParts(1111.11);
  const sign = (type: Intl.NumberFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? "";
  const text = (some: typeof parts) => some.map(({ value }) => value).join("");
  return {
    group: sign("group"),
    decimal: sign("decimal"),
    before: text(
      parts.slice(
        0,
        parts.findIndex(({ type }) => type === "integer"),
      ),
    ),
    after: text(parts.slice(parts.findIndex(({ type }) => type === "fraction") + 1)),
  };
}

/** A whole number from 0 on, in groups of three digits. */
export function formatCount(count: number, { group }: NumberStyle): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, group);
}

/** Integer euro cents from 0 on as a price. */
export function formatMoney(cents: number, style: NumberStyle): string {
  const euros = formatCount(Math.floor(cents / 100), style);
  return `${style.before}${euros}${style.decimal}${String(cents % 100).padStart(2, "0")}${style.after}`;
}
