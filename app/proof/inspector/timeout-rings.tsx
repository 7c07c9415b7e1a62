"use client";

import { useEffect, useState } from "react";
import { pageNow } from "../../_session/store/page-now";
import { formatDuration } from "../../_ui/format";
import { type Clocks, TtlRing } from "./ttl-ring";

/** Two clocks, and whichever is first ends the session. They run down here in the browser: looking winds neither. */
export function ClockRings({ clocks, atMs }: { readonly clocks: Clocks; readonly atMs: number }) {
  const [nowMs, setNowMs] = useState(atMs);
  useEffect(() => {
    const tick = () => setNowMs(pageNow());
    tick();
    const timer = setInterval(tick, 250);
    return () => clearInterval(timer);
  }, []);
  const goneMs = Math.max(0, nowMs - atMs);
  return (
    <div className="grid grid-cols-[repeat(auto-fit,minmax(min(15rem,100%),1fr))] gap-4">
      <TtlRing
        testId="idle-left"
        name="Idle"
        note={`of ${wholeWords(clocks.idleMs)}; each visit winds it`}
        leftMs={clocks.ttlMs - goneMs}
        wholeMs={clocks.idleMs}
      />
      <TtlRing
        testId="lifetime-left"
        name="Absolute"
        note={`of ${wholeWords(clocks.lifetimeMs)}; nothing winds it`}
        leftMs={clocks.lifetimeLeftMs - goneMs}
        wholeMs={clocks.lifetimeMs}
      />
    </div>
  );
}

/** `30 min`, `7 d`: a round duration without its noughts. */
function wholeWords(ms: number): string {
  return formatDuration(ms).replace(/( 00 (h|min|s))+$/, "");
}
