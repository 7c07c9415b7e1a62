"use client";

import { createContext, type ReactNode, useContext, useState, useSyncExternalStore } from "react";
import type { NumberStyle } from "../../_ui/number-style";
import { type InitialSession, type LiveState, type LiveStore, liveStore } from "./live-store";

/** What all parts of a page may know. */
interface PageContext {
  readonly live: LiveStore;
  /** How the session's locale writes numbers. */
  readonly numbers: NumberStyle;
  /** Of the site, as the visitor knows it. */
  readonly origin: string;
}

const Page = createContext<PageContext | null>(null);

interface Props extends Omit<PageContext, "live"> {
  readonly initial: InitialSession | "unavailable" | null;
  readonly servedBy: string;
  readonly children: ReactNode;
}

/** Around every page: what it shows of the session, kept up to date in the browser until the next page load. */
export function LiveSessionProvider({ initial, servedBy, numbers, origin, children }: Props) {
  const [page] = useState(() => ({ live: liveStore(initial, servedBy), numbers, origin }));
  return <Page value={page}>{children}</Page>;
}

export function usePage(): PageContext {
  const page = useContext(Page);
  if (!page) throw new Error("There is no LiveSessionProvider around this.");
  return page;
}

export function useLiveStore(): LiveStore {
  return usePage().live;
}

/** A part of the state, as it is now and whenever it changes. `select` returns a part, and makes nothing new. */
export function useLive<T>(select: (state: LiveState) => T): T {
  const live = useLiveStore();
  const part = () => select(live.get());
  return useSyncExternalStore(live.subscribe, part, part);
}
