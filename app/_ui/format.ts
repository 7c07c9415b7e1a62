import type { Profile } from "@/lib/session/session";

type Locale = Profile["locale"];

/** Integer euro cents as a price, the way this locale writes it. */
export function formatMoney(cents: number, locale: Locale): string {
  return new Intl.NumberFormat(locale, { style: "currency", currency: "EUR" }).format(cents / 100);
}

/** A moment in UTC, the way this locale writes it. */
export function formatTime(epochMs: number, locale: Locale): string {
  const options = { dateStyle: "medium", timeStyle: "medium", timeZone: "UTC" } as const;
  return `${new Intl.DateTimeFormat(locale, options).format(epochMs)} UTC`;
}

/** A duration in at most two units: `6 d 23 h`, `29 min 05 s`, `15 s`. Rounded down, never below zero. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [days, hours, minutes] = [seconds / 86_400, (seconds / 3600) % 24, (seconds / 60) % 60].map(
    Math.floor,
  );
  const two = (value: number) => String(value).padStart(2, "0");
  if (days) return `${days} d ${hours} h`;
  if (hours) return `${hours} h ${two(minutes ?? 0)} min`;
  return minutes ? `${minutes} min ${two(seconds % 60)} s` : `${seconds} s`;
}
