"use client";

import { useEffect, useState, useSyncExternalStore } from "react";
import { useLiveStore } from "../../_session/store/live-session";
import type { LiveStore } from "../../_session/store/live-store";
import { pageNow } from "../../_session/store/page-now";
import type { ParsedSession } from "../../_session/store/parsed-session";
import { type Ask, ask } from "./answer";
import { createJourney, type Journey, type JourneyShown } from "./journey-engine";
import { updatePage } from "./update-page";
import { whenVisible } from "./visible";

/** The page's journey, and how it stands. */
export function useJourney(initial: ParsedSession | "unavailable" | null): {
  journey: Journey;
  shown: JourneyShown;
} {
  const live = useLiveStore();
  const [journey] = useState(() =>
    createJourney({ initial, ask: askAndUpdate(live), rest: whenVisible, nowMs: pageNow }),
  );
  useEffect(() => () => journey.pause(), [journey]);
  return { journey, shown: useSyncExternalStore(journey.subscribe, journey.get, journey.get) };
}

/** Shows the session in each answer in the bar at the top of the page, too. */
export function askAndUpdate(live: LiveStore): Ask {
  return async (path, fields, key) => {
    const answer = await ask(path, fields, key);
    updatePage(live, answer);
    return answer;
  };
}
