import type { Profile } from "@/lib/session-definition";

/** A moment in UTC, the way this locale writes it. */
export function formatTime(epochMs: number, locale: Profile["locale"]): string {
  const known = timeFormats.get(locale);
  const format = known ?? new Intl.DateTimeFormat(locale, TIME);
  if (!known) timeFormats.set(locale, format);
  return `${format.format(epochMs)} UTC`;
}

const TIME = { dateStyle: "medium", timeStyle: "medium", timeZone: "UTC" } as const;
// One takes 60 µs to make and 1 µs to use.
const timeFormats = new Map<Profile["locale"], Intl.DateTimeFormat>();

/** A duration to the second: `6 d 23 h 59 min 08 s`, `29 min 05 s`, `15 s`. Rounded down, never below zero. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const parts: [value: number, unit: string][] = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  const shown = first < 0 ? parts.slice(-1) : parts.slice(first);
  return shown
    .map(([value, unit], at) => `${at > 0 ? String(value).padStart(2, "0") : value} ${unit}`)
    .join(" ");
}
