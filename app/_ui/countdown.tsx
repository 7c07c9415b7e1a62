"use client";

import { useEffect, useState } from "react";
import { useLiveStore } from "../_session/store/live-session";
import { pageNow } from "../_session/store/page-now";
import { formatDuration } from "./format";

interface Props {
  /** What was left when the server rendered. */
  readonly leftMs: number;
  /** What is said with the time that is left: `ends in `, say. */
  readonly before?: string;
  readonly after?: string;
  /** What is said instead when it is over. */
  readonly over: string;
  /** Whose end it is, if it is the page's session's: then it follows what puts that off, and is over when the server says so. */
  readonly follows?: "idle" | "lifetime";
}

/** Counts down in the browser alone: the countdown asks no server and renews nothing. */
export function Countdown({ leftMs, before = "", after = "", over, follows }: Props) {
  const live = useLiveStore();
  const [left, setLeft] = useState(leftMs);
  const [isOver, setIsOver] = useState(false);
  useEffect(() => {
    const startedMs = pageNow();
    const tick = () => {
      const { session, presence } = live.get();
      const expiry = follows && session?.expiry;
      const ownEndMs = startedMs + leftMs;
      const endsAtMs = !expiry ? ownEndMs : follows === "idle" ? expiry.endsAtMs : expiry.lifetimeEndsAtMs;
      const leftNow = endsAtMs - pageNow();
      setLeft(leftNow);
      setIsOver(expiry ? presence === "ended" : leftNow <= 0);
    };
    tick();
    const timer = setInterval(tick, 250);
    return () => clearInterval(timer);
  }, [live, leftMs, follows]);
  return <span className="tabular-nums">{isOver ? over : before + formatDuration(left) + after}</span>;
}
