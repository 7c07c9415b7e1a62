"use client";

import { type RefObject, useEffect, useRef, useState } from "react";
import { useLiveStore } from "../../_session/store/live-session";
import { pageNow } from "../../_session/store/page-now";
import type { Journey } from "../journey/journey-engine";
import { askAndUpdate } from "../journey/use-journey";
import { isVisible } from "../journey/visible";
import { type Inspection, parseInspection } from "./inspection";

/** The last inspection, and when it was answered. */
export interface LatestInspection {
  readonly inspection: Inspection | null;
  readonly atMs: number;
  /** The session's JSON as it was seen before this change. */
  readonly textBefore: string | null;
  readonly isOutOfReach: boolean;
}

const POLL_EVERY_MS = 2000;
const RETRY_MS = 1000;
/** Not more often than this, however many requests the journey makes. */
const PAUSE_MS = 400;

interface Options {
  readonly journey: Journey;
  /** Nobody asks before it comes into view: loading the page costs one request to Redis, as every page does. */
  readonly place: RefObject<HTMLElement | null>;
}

/** Reads both sides of the session while they are in view. The reads peek: they renew no timeout. */
export function useInspection({ journey, place }: Options): LatestInspection {
  const live = useLiveStore();
  const [seen, setSeen] = useState<LatestInspection>({
    inspection: null,
    atMs: 0,
    textBefore: null,
    isOutOfReach: false,
  });
  const isInView = useRef(false);

  useEffect(() => {
    const askInspection = askAndUpdate(live);
    let isAsking = false;
    let askedAtMs = Number.NEGATIVE_INFINITY;
    let requestsSeen = 0;

    async function refresh(): Promise<void> {
      isAsking = true;
      askedAtMs = pageNow();
      requestsSeen = journey.get().requests;
      const answer = await askInspection("/api/proof");
      isAsking = false;
      const inspection = answer.status === 200 ? parseInspection(answer.body) : null;
      // Made in an outage, all of the page is of somebody unknown: made anew, it knows.
      if (inspection && journey.get().presence === "unknown") return window.location.reload();
      setSeen((before) =>
        inspection ? withInspection(before, inspection, pageNow()) : { ...before, isOutOfReach: true },
      );
      if (inspection) recordInJourney(journey, inspection);
    }

    function isDue(): boolean {
      const { mode, presence, requests, trouble } = journey.get();
      const sinceMs = pageNow() - askedAtMs;
      // The page was made in an outage, or rests in one: it notices the end of it by itself.
      if (presence === "unknown" || trouble === "store") return mode === "resting" && sinceMs >= RETRY_MS;
      if (presence === "none" || !isInView.current) return false;
      return sinceMs >= (requests === requestsSeen ? POLL_EVERY_MS : PAUSE_MS);
    }

    // A busy machine reports several moments at once: the last one counts.
    const observer = new IntersectionObserver((entries) => {
      isInView.current = entries.at(-1)?.isIntersecting ?? false;
    });
    if (place.current) observer.observe(place.current);
    const timer = setInterval(() => {
      if (!isAsking && isVisible() && isDue()) void refresh();
    }, 100);
    // Another tab may have begun a session or ended this one; without a key of ours this costs Redis nothing.
    const comeBack = () => {
      if (!isAsking && isVisible()) void refresh();
    };
    document.addEventListener("visibilitychange", comeBack);
    return () => {
      observer.disconnect();
      clearInterval(timer);
      document.removeEventListener("visibilitychange", comeBack);
    };
  }, [journey, place, live]);

  return seen;
}

function withInspection(before: LatestInspection, inspection: Inspection, atMs: number): LatestInspection {
  const [text, next] = [before.inspection?.stored?.text ?? null, inspection.stored?.text ?? null];
  return { inspection, atMs, textBefore: text === next ? before.textBefore : text, isOutOfReach: false };
}

function recordInJourney(journey: Journey, { state, session }: Inspection): void {
  if (state === "live" && session) journey.record(session);
  if (state !== "live") journey.record(null, state);
}
