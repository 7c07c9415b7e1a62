"use client";

import { useEffect, useState } from "react";
import { formatDuration } from "./format";

interface Props {
  /** What was left when the server rendered. */
  readonly leftMs: number;
  /** What is said with the time that is left: `ends in `, say. */
  readonly before?: string;
  readonly after?: string;
  /** What is said instead when nothing is left. */
  readonly over: string;
}

/** Counts down in the browser alone: looking at the clock asks no server and does not wind it. */
export function Countdown({ leftMs, before = "", after = "", over }: Props) {
  const [left, setLeft] = useState(leftMs);
  useEffect(() => {
    const endMs = performance.now() + leftMs;
    const tick = () => setLeft(endMs - performance.now());
    const timer = setInterval(tick, 250);
    return () => clearInterval(timer);
  }, [leftMs]);
  return <span className="tabular-nums">{left > 0 ? before + formatDuration(left) + after : over}</span>;
}
