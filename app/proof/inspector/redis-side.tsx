"use client";

import { useMemo } from "react";
import { Card } from "../../_ui/card";
import type { JourneyShown } from "../journey/journey-engine";
import { SessionJson } from "./session-json";
import { TimeoutRings } from "./timeout-rings";
import type { Timeouts } from "./ttl-ring";
import type { LatestInspection } from "./use-inspection";

interface Props {
  readonly seen: LatestInspection;
  readonly timeouts: Timeouts | null;
  readonly shown: JourneyShown;
}

/** What Redis holds for its owner: the key without its ID, the JSON, and how long it stays. */
export function RedisSide({ seen, timeouts, shown }: Props) {
  const stored = seen.inspection?.stored ?? null;
  const { presence, trouble, session } = shown;
  const rings = stored ?? timeouts;
  const isAway = seen.isOutOfReach || trouble === "store";
  // Only a new inspection gives a new moment to count from.
  const atMs = useMemo(() => (stored ? seen.atMs : 0), [stored, seen.atMs]);
  return (
    <Card title="Redis holds">
      {presence === "none" && <p className="text-muted">Nothing of yours yet.</p>}
      {isAway && (
        <p
          className="mb-4 rounded-lg bg-danger-tint px-3 py-2 font-medium text-danger text-sm"
          data-testid="inspector-away"
        >
          Out of reach just now. {stored ? "This is what was there last." : ""}
        </p>
      )}
      {presence !== "none" && rings && <TimeoutRings timeouts={rings} atMs={atMs} />}
      {presence !== "none" && stored && <SessionJson stored={stored} textBefore={seen.textBefore} />}
      {presence === "live" && !stored && session && (
        <p className="mt-4 text-muted text-sm">
          Session <code className="text-ink">{session.handle}</code>, as JSON that you can read with{" "}
          <code>redis-cli</code>.
          <noscript> With JavaScript it is shown here, and its timeouts count down.</noscript>
        </p>
      )}
    </Card>
  );
}
