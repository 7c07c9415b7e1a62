"use client";

import { createContext, type ReactNode, useContext, useState, useSyncExternalStore } from "react";
import type { NumberStyle } from "../../_ui/number-style";
import { type InitialSession, type LiveState, type LiveStore, liveStore } from "./live-store";

const LiveSession = createContext<LiveStore | null>(null);
const Numbers = createContext<NumberStyle | null>(null);

const NO_PROVIDER = "There is no LiveSessionProvider around this.";

interface Props {
  readonly initial: InitialSession | "unavailable" | null;
  readonly servedBy: string;
  readonly numbers: NumberStyle;
  readonly children: ReactNode;
}

/** Around every page: what it shows of the session, kept up to date in the browser until the next page load. */
export function LiveSessionProvider({ initial, servedBy, numbers, children }: Props) {
  const [live] = useState(() => liveStore(initial, servedBy));
  return (
    <Numbers value={numbers}>
      <LiveSession value={live}>{children}</LiveSession>
    </Numbers>
  );
}

/** How the session's locale writes numbers. */
export function useNumbers(): NumberStyle {
  const numbers = useContext(Numbers);
  if (!numbers) throw new Error(NO_PROVIDER);
  return numbers;
}

export function useLiveStore(): LiveStore {
  const live = useContext(LiveSession);
  if (!live) throw new Error(NO_PROVIDER);
  return live;
}

/** A part of the state, as it is now and whenever it changes. `select` returns a part, and makes nothing new. */
export function useLive<T>(select: (state: LiveState) => T): T {
  const live = useLiveStore();
  const part = () => select(live.get());
  return useSyncExternalStore(live.subscribe, part, part);
}
