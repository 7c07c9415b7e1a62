"use client";

import { useMemo } from "react";
import { Card } from "../../_ui/card";
import type { JourneyShown } from "../journey/journey-engine";
import { HeldJson } from "./session-json";
import { ClockRings } from "./timeout-rings";
import type { Clocks } from "./ttl-ring";
import type { SeenHood } from "./use-inspection";

interface Props {
  readonly seen: SeenHood;
  readonly clocks: Clocks | null;
  readonly shown: JourneyShown;
}

/** What Redis holds for its owner: the key without its ID, the JSON, and how long it stays. */
export function RedisSide({ seen, clocks, shown }: Props) {
  const held = seen.hood?.held ?? null;
  const { presence, trouble, session } = shown;
  const rings = held ?? clocks;
  const isAway = seen.isOutOfReach || trouble === "store";
  // A new moment to count from only where there is a new look.
  const atMs = useMemo(() => (held ? seen.atMs : 0), [held, seen.atMs]);
  return (
    <Card title="Redis holds">
      {presence === "none" && <p className="text-muted">Nothing of yours yet.</p>}
      {isAway && (
        <p
          className="mb-4 rounded-lg bg-danger-tint px-3 py-2 font-medium text-danger text-sm"
          data-testid="hood-away"
        >
          Out of reach just now. {held ? "This is what was there last." : ""}
        </p>
      )}
      {presence !== "none" && rings && <ClockRings clocks={rings} atMs={atMs} />}
      {presence !== "none" && held && <HeldJson held={held} textBefore={seen.textBefore} />}
      {presence === "live" && !held && session && (
        <p className="mt-4 text-muted text-sm">
          Session <code className="text-ink">{session.handle}</code>, as JSON that you can read with{" "}
          <code>redis-cli</code>.<noscript> With JavaScript it is shown here, and its clocks run.</noscript>
        </p>
      )}
    </Card>
  );
}
