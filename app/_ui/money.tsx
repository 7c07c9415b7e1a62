import type { Profile } from "@/lib/session/session";
import { formatMoney } from "./format";

/** An amount, the way the locale writes it. Browsers differ in the width of a space: what the server wrote stands. */
export function Money({ cents, locale }: { readonly cents: number; readonly locale: Profile["locale"] }) {
  return <span suppressHydrationWarning>{formatMoney(cents, locale)}</span>;
}
