"use client";

import type { Ref } from "react";
import type { JourneyShown } from "../journey/journey-engine";
import { CookieSide } from "./cookie-side";
import { RedisSide } from "./redis-side";
import { RoundTrips } from "./round-trips";
import type { Timeouts } from "./ttl-ring";
import type { LatestInspection } from "./use-inspection";

interface Props {
  readonly place: Ref<HTMLElement>;
  readonly seen: LatestInspection;
  /** As the server knew them when it made the page. */
  readonly timeouts: Timeouts | null;
  readonly shown: JourneyShown;
}

/** Side by side: what the browser holds, what Redis holds for it, and what the last answers asked of Redis. */
export function SessionInspector({ place, seen, timeouts, shown }: Props) {
  return (
    <section ref={place} aria-labelledby="inspector-title" data-testid="inspector">
      <h2 id="inspector-title" className="mb-1 font-semibold text-2xl sm:text-3xl">
        Session inspector
      </h2>
      <p className="mb-5 max-w-2xl text-pretty text-muted">
        Both sides of this session, live. Change something in another tab, and watch it here.
      </p>
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-6 lg:grid-cols-[minmax(0,5fr)_minmax(0,7fr)]">
        <div className="grid grid-cols-[minmax(0,1fr)] content-start gap-6">
          <CookieSide cookie={seen.inspection?.cookie ?? null} isNone={shown.presence === "none"} />
          <RoundTrips dots={shown.dots} />
        </div>
        <RedisSide seen={seen} timeouts={timeouts} shown={shown} />
      </div>
    </section>
  );
}
