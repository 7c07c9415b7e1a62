"use client";

import { useEffect, useState } from "react";
import { formatDuration } from "./format";

interface Props {
  /** What was left when the server rendered. */
  readonly leftMs: number;
  /** What is said when nothing is left. */
  readonly over: string;
}

/** Counts down in the browser alone: looking at the clock asks no server and does not wind it. */
export function Countdown({ leftMs, over }: Props) {
  const [left, setLeft] = useState(leftMs);
  useEffect(() => {
    const endMs = performance.now() + leftMs;
    const tick = () => setLeft(endMs - performance.now());
    tick();
    const timer = setInterval(tick, 250);
    return () => clearInterval(timer);
  }, [leftMs]);
  return (
    <span className="tabular-nums" suppressHydrationWarning>
      {left > 0 ? formatDuration(left) : over}
    </span>
  );
}
