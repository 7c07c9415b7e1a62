"use client";

import { useEffect, useState } from "react";
import { ask } from "../journey/answer";
import { raceAdds, raceEnds } from "./race";
import { RaceCard } from "./race-card";
import { fieldKeeps, fieldRevives, verdictOfAdds, verdictOfEnds } from "./race-messages";

/** Two races that others lose, run by this browser on scratch sessions: never on the visitor's own. */
export function Races() {
  const [isRunning, setIsRunning] = useState(false);
  const shared = { isBlocked: isRunning, onRun: setIsRunning };
  return (
    <section aria-labelledby="races-title" data-testid="races">
      <h2 id="races-title" className="mb-1 font-semibold text-2xl sm:text-3xl">
        Race yourself
      </h2>
      <p className="mb-5 max-w-2xl text-pretty text-muted">
        On scratch sessions, not on yours. <Protocol />
      </p>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-6 lg:grid-cols-2">
        <RaceCard
          testId="race-adds"
          title="A hundred hands, one cart"
          text="100 requests at once add an item each, over all servers. Is every one of them kept?"
          button="Add 100 at once"
          run={async (onStep) => {
            const result = await raceAdds(ask, onStep);
            return result && verdictOfAdds(result);
          }}
          field={fieldKeeps}
          fieldWord="kept"
          {...shared}
        />
        <RaceCard
          testId="race-ends"
          title="Logged out means logged out"
          text="100 times, a log-out and an add at the same moment. Does a late add bring the session back?"
          button="End and add, 100 times"
          run={async (onStep) => {
            const result = await raceEnds(ask, onStep);
            return result && verdictOfEnds(result);
          }}
          field={fieldRevives}
          fieldWord="revived"
          {...shared}
        />
      </div>
      <noscript>
        <p className="mt-4 text-muted">
          The races need JavaScript: it is your browser that sends the requests.
        </p>
      </noscript>
    </section>
  );
}

/** How many of them really are under way together is the browser's to decide. */
function Protocol() {
  const [protocol, setProtocol] = useState("");
  useEffect(() => {
    const [navigation] = performance.getEntriesByType("navigation");
    if (navigation instanceof PerformanceNavigationTiming) setProtocol(navigation.nextHopProtocol);
  }, []);
  return protocol === "h2" || protocol === "h3" ? (
    <>Your browser sends them all at the same moment, over HTTP/{protocol === "h2" ? 2 : 3}.</>
  ) : (
    <>Over HTTP/1.1 a browser sends about six at a time; the next go as soon as these are answered.</>
  );
}
