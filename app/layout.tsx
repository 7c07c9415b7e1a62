import type { CurrentSession, User } from "@carryover/session";
import { headers } from "next/headers";
import type { ReactNode } from "react";
import { GUEST_PREFIX, isGuest } from "@/lib/account/account";
import { server, sessionOrOutage, siteOf } from "@/lib/session";
import type { SessionData } from "@/lib/session-definition";
import type { InitialSession } from "./_session/store/live-store";
import { numberStyleOf } from "./_ui/number-style";
import { PageShell } from "./_ui/page-shell";
import "./globals.css";

export default async function Layout({ children }: { readonly children: ReactNode }) {
  const { found, session } = await sessionOrOutage();
  const { theme, locale } = session?.data.profile ?? ({ theme: "system", locale: "en-GB" } as const);
  return (
    <html lang="en" data-theme={theme}>
      <body>
        <PageShell
          initial={initialSession(found)}
          owner={ownerOf(session?.user ?? null)}
          theme={theme}
          numbers={numberStyleOf(locale)}
          origin={siteOf(await headers()).origin}
          servedBy={server.name}
        >
          {children}
        </PageShell>
      </body>
    </html>
  );
}

/** Who signs in again is the same one; a guest, who cannot, is any guest of this tab. */
function ownerOf(user: User | null): string | null {
  return user && isGuest(user) ? GUEST_PREFIX : (user?.name ?? null);
}

/** What of the session the browser gets to know besides the page itself. */
function initialSession(
  found: CurrentSession<SessionData> | "unavailable" | null,
): InitialSession | "unavailable" | null {
  if (found === null || found === "unavailable") return found;
  const { handle, user, data, idleSeconds, ttlMs, expiresAt, nowMs } = found;
  const lines = data.cart.lines.map(({ sku, quantity }) => ({ sku, quantity }));
  return {
    handle,
    user: user?.name ?? null,
    idleSeconds,
    ttlMs,
    lifetimeLeftMs: expiresAt - nowMs,
    cart: { lines },
  };
}
