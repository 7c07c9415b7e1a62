"use client";

import type { ReactNode } from "react";
import type { Profile } from "@/lib/session-definition";
import { CartStatus } from "../_session/cart/cart-status";
import { ItemCount } from "../_session/cart/item-count";
import { SessionWatch } from "../_session/expiry/session-watch";
import { FormEnhancements } from "../_session/forms/form-enhancements";
import { FormKey } from "../_session/forms/form-key";
import { LiveSessionProvider } from "../_session/store/live-session";
import type { InitialSession } from "../_session/store/live-store";
import { Logo } from "./logo";
import type { NumberStyle } from "./number-style";
import { SessionBar } from "./session-bar";
import { siteHead } from "./site-head";
import { ThemeChoice } from "./theme-choice";

interface Props {
  readonly initial: InitialSession | "unavailable" | null;
  /** Whose text is typed into the page's forms: `null` before a sign-in. */
  readonly owner: string | null;
  readonly theme: Profile["theme"];
  readonly numbers: NumberStyle;
  /** Of the site, as the visitor knows it. */
  readonly origin: string;
  readonly servedBy: string;
  readonly children: ReactNode;
}

/**
 * What every page has around it. A client component: rendered once on the server, where a server component is rendered
 * twice, first to data that is sent along as well.
 */
export function PageShell({ initial, owner, theme, numbers, origin, servedBy, children }: Props) {
  return (
    <LiveSessionProvider initial={initial} servedBy={servedBy} numbers={numbers} origin={origin}>
      <div className="flex min-h-dvh flex-col">
        <a
          href="#main"
          className="sr-only rounded-b-lg bg-brand text-on-brand focus:not-sr-only focus:absolute focus:left-4 focus:px-4 focus:py-3"
        >
          Skip to the content
        </a>
        <header>
          <div className="mx-auto flex max-w-6xl flex-wrap items-center justify-between gap-x-6 gap-y-1 px-4 py-3 sm:px-6">
            <a href="/" className="flex items-center gap-2 py-2 text-brand">
              <Logo />
              <span className="font-display font-semibold text-ink text-xl">Carryover</span>
            </a>
            <nav aria-label="Main" className="-mx-2 flex flex-wrap items-center min-[400px]:-mx-3">
              <NavLink href="/">Shop</NavLink>
              <NavLink href="/proof">Proof</NavLink>
              <NavLink href="/cart">
                Cart
                <ItemCount />
              </NavLink>
              {owner !== null ? (
                <>
                  <NavLink href="/profile">Profile</NavLink>
                  <NavLink href="/sessions">Devices</NavLink>
                  <form action="/api/logout" method="post">
                    <FormKey form="log-out" />
                    <button type="submit" className={navStyle}>
                      Log out
                    </button>
                  </form>
                </>
              ) : (
                <NavLink href="/login">Log in</NavLink>
              )}
            </nav>
          </div>
          <SessionBar />
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
            <ThemeChoice theme={theme} />
          </div>
        </footer>
      </div>
      <CartStatus />
      <SessionWatch />
      <FormEnhancements owner={owner} />
      {siteHead}
    </LiveSessionProvider>
  );
}

const navStyle =
  "inline-flex min-h-11 items-center rounded-full px-2 font-medium hover:text-brand min-[400px]:px-3 hover:underline";

// A plain link: each page is asked for anew, so that it shows its own server and the session as it is now. Client
// navigation would keep old pages, and their timeouts, in the router's memory; a prefetch would renew the session.
function NavLink({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  return (
    <a href={href} className={navStyle}>
      {children}
    </a>
  );
}
