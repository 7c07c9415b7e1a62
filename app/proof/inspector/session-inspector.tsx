"use client";

import type { Ref } from "react";
import type { JourneyShown } from "../journey/journey-engine";
import { CookieSide } from "./cookie-side";
import { RedisSide } from "./redis-side";
import { RestTrips } from "./round-trips";
import type { Clocks } from "./ttl-ring";
import type { SeenHood } from "./use-inspection";

interface Props {
  readonly place: Ref<HTMLElement>;
  readonly seen: SeenHood;
  /** As the server knew them when it made the page. */
  readonly clocks: Clocks | null;
  readonly shown: JourneyShown;
}

/** Side by side: what the browser holds, what Redis holds for it, and what the last answers asked of Redis. */
export function HoodView({ place, seen, clocks, shown }: Props) {
  return (
    <section ref={place} aria-labelledby="hood-title" data-testid="hood">
      <h2 id="hood-title" className="mb-1 font-semibold text-2xl sm:text-3xl">
        Under the hood
      </h2>
      <p className="mb-5 max-w-2xl text-pretty text-muted">
        Both sides of this session, live. Change something in another tab, and watch it here.
      </p>
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-6 lg:grid-cols-[minmax(0,5fr)_minmax(0,7fr)]">
        <div className="grid grid-cols-[minmax(0,1fr)] content-start gap-6">
          <CookieSide cookie={seen.hood?.cookie ?? null} isNone={shown.presence === "none"} />
          <RestTrips dots={shown.dots} />
        </div>
        <RedisSide seen={seen} clocks={clocks} shown={shown} />
      </div>
    </section>
  );
}
