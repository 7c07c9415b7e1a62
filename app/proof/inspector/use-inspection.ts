"use client";

import { type RefObject, useEffect, useRef, useState } from "react";
import { useLiveStore } from "../../_session/store/live-session";
import { pageNow } from "../../_session/store/page-now";
import type { Journey } from "../journey/journey-engine";
import { askAndTell } from "../journey/use-journey";
import { isVisible } from "../journey/visible";
import { type Hood, readHood } from "./inspection";

/** What lies under the hood, and when it was seen. */
export interface SeenHood {
  readonly hood: Hood | null;
  readonly atMs: number;
  /** The session's JSON as it was seen before this change. */
  readonly textBefore: string | null;
  readonly isOutOfReach: boolean;
}

const LOOK_EVERY_MS = 2000;
const RETRY_MS = 1000;
/** Not more often than this, however many requests the journey makes. */
const PAUSE_MS = 400;

interface Options {
  readonly journey: Journey;
  /** Nobody asks before it comes into view: loading the page costs one request to Redis, as every page does. */
  readonly place: RefObject<HTMLElement | null>;
}

/** Peeks at both sides of the session while they are in view; looking at the clocks winds neither. */
export function useHood({ journey, place }: Options): SeenHood {
  const live = useLiveStore();
  const [seen, setSeen] = useState<SeenHood>({ hood: null, atMs: 0, textBefore: null, isOutOfReach: false });
  const isInView = useRef(false);

  useEffect(() => {
    const askHood = askAndTell(live);
    let isAsking = false;
    let askedAtMs = Number.NEGATIVE_INFINITY;
    let requestsSeen = 0;

    async function look(): Promise<void> {
      isAsking = true;
      askedAtMs = pageNow();
      requestsSeen = journey.get().requests;
      const answer = await askHood("/api/proof");
      isAsking = false;
      const hood = answer.status === 200 ? readHood(answer.body) : null;
      // Made in an outage, all of the page is of somebody unknown: made anew, it knows.
      if (hood && journey.get().presence === "unknown") return window.location.reload();
      setSeen((before) => (hood ? withLook(before, hood, pageNow()) : { ...before, isOutOfReach: true }));
      if (hood) tellJourney(journey, hood);
    }

    function isDue(): boolean {
      const { mode, presence, requests, trouble } = journey.get();
      const sinceMs = pageNow() - askedAtMs;
      // The page was made in an outage, or rests in one: it notices the end of it by itself.
      if (presence === "unknown" || trouble === "store") return mode === "resting" && sinceMs >= RETRY_MS;
      if (presence === "none" || !isInView.current) return false;
      return sinceMs >= (requests === requestsSeen ? LOOK_EVERY_MS : PAUSE_MS);
    }

    // On a busy machine it tells of several moments at once: the last one counts.
    const observer = new IntersectionObserver((entries) => {
      isInView.current = entries.at(-1)?.isIntersecting ?? false;
    });
    if (place.current) observer.observe(place.current);
    const timer = setInterval(() => {
      if (!isAsking && isVisible() && isDue()) void look();
    }, 100);
    // Another tab may have begun a session or ended this one; without a key of ours this costs Redis nothing.
    const comeBack = () => {
      if (!isAsking && isVisible()) void look();
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

function withLook(before: SeenHood, hood: Hood, atMs: number): SeenHood {
  const [text, next] = [before.hood?.held?.text ?? null, hood.held?.text ?? null];
  return { hood, atMs, textBefore: text === next ? before.textBefore : text, isOutOfReach: false };
}

function tellJourney(journey: Journey, { state, session }: Hood): void {
  if (state === "live" && session) journey.tell(session);
  if (state !== "live") journey.tell(null, state);
}
