import Link from "next/link";
import type { ReactNode } from "react";
import { priceCart } from "@/lib/cart/priced-cart";
import { findCurrentSession } from "@/lib/request/current-session";
import { Logo } from "./logo";
import { SessionBar } from "./session-bar";
import { ThemeChoice } from "./theme-choice";

interface Props {
  readonly children: ReactNode;
}

/** What every page has around it. A part of each page rather than of the layout, which client navigation keeps as it was. */
export async function PageShell({ children }: Props) {
  const known = await findCurrentSession();
  const session = known === "unavailable" ? undefined : known?.session;
  const pieces = session ? priceCart(session.cart).quantity : 0;
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#main"
        className="sr-only rounded-b-lg bg-brand px-4 py-2 text-on-brand focus:not-sr-only focus:absolute focus:left-4"
      >
        Skip to the content
      </a>
      <header>
        <div className="mx-auto flex max-w-6xl flex-wrap items-center justify-between gap-x-6 gap-y-1 px-4 py-3 sm:px-6">
          <Link href="/" prefetch={false} className="flex items-center gap-2 py-2 text-brand">
            <Logo />
            <span className="font-display font-semibold text-ink text-xl">Carryover</span>
          </Link>
          <nav aria-label="Main" className="-mx-3 flex flex-wrap items-center">
            <NavLink href="/">Shop</NavLink>
            <NavLink href="/cart">
              Cart
              {pieces > 0 && (
                <span
                  className="ml-1.5 rounded-full bg-brand px-2 py-0.5 text-on-brand text-xs"
                  data-testid="pieces"
                >
                  {pieces}
                  <span className="sr-only"> pieces</span>
                </span>
              )}
            </NavLink>
            {session?.user ? (
              <>
                <NavLink href="/profile">Profile</NavLink>
                <NavLink href="/sessions">Devices</NavLink>
                <form action="/api/logout" method="post">
                  <button type="submit" className={navLook}>
                    Log out
                  </button>
                </form>
              </>
            ) : (
              <NavLink href="/login">Log in</NavLink>
            )}
          </nav>
        </div>
        <SessionBar known={known} />
      </header>
      <main
        id="main"
        tabIndex={-1}
        className="mx-auto w-full max-w-6xl grow px-4 py-8 outline-none sm:px-6 sm:py-12"
      >
        {children}
      </main>
      <footer className="border-line border-t">
        <div className="mx-auto flex max-w-6xl flex-wrap items-center justify-between gap-4 px-4 py-6 text-muted text-sm sm:px-6">
          <p>What you carry outlives the server that saw you pick it up.</p>
          <ThemeChoice theme={session?.profile.theme ?? "system"} />
        </div>
      </footer>
    </div>
  );
}

const navLook =
  "inline-flex min-h-11 items-center rounded-full px-3 font-medium hover:text-brand hover:underline";

function NavLink({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  // Middleware cannot see that a request is a prefetch: each would cost a trip to Redis and wind the session's clock.
  return (
    <Link href={href} prefetch={false} className={navLook}>
      {children}
    </Link>
  );
}
