"use client";

import { usePage } from "../../_session/store/live-session";
import { type ParsedSession, viewsOf } from "../../_session/store/parsed-session";
import { formatMoney } from "../../_ui/number-style";
import { serverColour } from "../../_ui/server-colour";
import type { JourneyShown } from "./journey-engine";

/** The one thing that never changes, on every server. */
export function WhatStays({ shown: { session, sameFor } }: { readonly shown: JourneyShown }) {
  const { numbers } = usePage();
  return (
    <dl
      className={`grid grid-cols-[repeat(auto-fit,minmax(min(7rem,100%),1fr))] gap-x-6 gap-y-4 sm:grid-cols-[auto_auto_auto] px-4 py-4 sm:px-6 lg:flex lg:flex-wrap lg:gap-x-10 ${session ? "" : "text-muted"}`}
      data-testid="what-stays"
    >
      <Item name="Session">
        <code data-testid="handle">{session?.handle ?? "none yet"}</code>
        {sameFor > 0 && (
          <span className="ml-2 whitespace-nowrap text-muted text-sm">
            the same <span data-testid="same-for">{sameFor}</span>×
          </span>
        )}
      </Item>
      <Item name="You">
        <span data-testid="user" className="[overflow-wrap:anywhere]">
          <bdi>{session?.user ?? "a visitor"}</bdi>
        </span>
      </Item>
      <Item name="Cart">
        <span data-testid="cart">
          {session ? `${session.items} ${session.items === 1 ? "item" : "items"}` : "empty"}
        </span>
        {session && session.items > 0 && (
          <span className="ml-2 text-muted text-sm">{formatMoney(session.totalCents, numbers)}</span>
        )}
      </Item>
      <Views session={session} />
    </dl>
  );
}

function Item({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt className="text-muted text-sm">{name}</dt>
      <dd className="font-medium tabular-nums">{children}</dd>
    </div>
  );
}

/** The counters of all servers, in one bar that they fill together. */
function Views({ session }: { readonly session: ParsedSession | null }) {
  const total = session ? viewsOf(session) : 0;
  return (
    <div className="max-lg:col-span-full lg:min-w-0 lg:grow lg:basis-64">
      <dt className="flex justify-between text-muted text-sm">
        <span>Views, counted by all servers together</span>
        <span className="font-medium text-ink tabular-nums" data-testid="views-total">
          {total}
        </span>
      </dt>
      <dd>
        <div aria-hidden="true" className="mt-1 flex h-2.5 gap-0.5 overflow-hidden rounded-full bg-sunken">
          {session?.views.map(([server, count]) => (
            <span
              key={server}
              className="transition-[flex-grow] duration-500 motion-reduce:transition-none"
              style={{ flexGrow: count, backgroundColor: serverColour(server) }}
            />
          ))}
        </div>
        <ul className="mt-1 flex flex-wrap gap-x-4 text-sm tabular-nums">
          {session?.views.map(([server, count]) => (
            <li key={server} className="inline-flex items-center gap-1.5" data-testid={`views-${server}`}>
              <span
                aria-hidden="true"
                className="size-2 rounded-full"
                style={{ backgroundColor: serverColour(server) }}
              />
              {server} <b>{count}</b>
            </li>
          ))}
        </ul>
      </dd>
    </div>
  );
}
