"use client";

import { serverColour } from "../../_ui/server-colour";
import type { Dot } from "./journey";
import type { JourneyShown } from "./journey-engine";

/** One dot for each request, the newest at the right. */
export function Timeline({ shown: { dots, requests, failed, lost } }: { readonly shown: JourneyShown }) {
  return (
    <div className="border-line border-t px-4 py-4 sm:px-6">
      <div className="mb-3 flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1 text-muted text-sm">
        <p>Who answered, after how many milliseconds, with how many requests to Redis</p>
        <p className="flex flex-wrap gap-x-5 tabular-nums">
          <Figure name="requests" value={requests} />
          <Figure name="failed" value={failed} />
          <Figure name="session lost" value={lost} isBad={lost > 0} />
        </p>
      </div>
      {/* It fills from the left, and once it is full the oldest go out at the left. */}
      <div className="flex h-16 justify-end overflow-hidden">
        <ol className="flex min-w-full shrink-0" data-testid="timeline">
          {dots.map((dot) => (
            <TimelineDot key={dot.number} dot={dot} />
          ))}
          {dots.length === 0 && <EmptyLine />}
        </ol>
      </div>
    </div>
  );
}

function Figure({
  name,
  value,
  isBad = false,
}: {
  readonly name: string;
  readonly value: number;
  readonly isBad?: boolean;
}) {
  return (
    <span className="whitespace-nowrap">
      {name}{" "}
      <b className={isBad ? "text-danger" : "text-ink"} data-testid={`count-${name.replace(" ", "-")}`}>
        {value}
      </b>
    </span>
  );
}

function TimelineDot({ dot }: { readonly dot: Dot }) {
  const { server, trouble, isBack, ms, timing } = dot;
  const isFailed = trouble !== null;
  return (
    <li
      className="dot flex w-8 shrink-0 flex-col items-center gap-0.5"
      title={labelOf(dot)}
      data-testid="dot"
      data-server={server ?? ""}
      data-failed={isFailed}
    >
      <span
        aria-hidden="true"
        className={`dot-face relative grid size-6 place-items-center rounded-full font-semibold text-xs ${isFailed ? "border-2 border-danger bg-danger-tint text-danger" : "text-on-server"}`}
        style={isFailed || server === null ? undefined : { backgroundColor: serverColour(server) }}
      >
        {isFailed ? "×" : server?.slice(-1)}
        {isBack && (
          <span className="-top-1.5 -right-1.5 absolute rounded-full bg-surface px-0.5 text-[0.625rem] text-ink">
            ↻
          </span>
        )}
      </span>
      <span aria-hidden="true" className="text-[0.6875rem] text-muted tabular-nums">
        {ms < 1000 ? Math.round(ms) : `${(ms / 1000).toFixed(1)}s`}
      </span>
      <span aria-hidden="true" className="flex h-1 gap-0.5">
        {timing.roundTrips.slice(0, 4).map((roundTrip, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the requests of one answer, in their order, for ever.
          <span key={at} className="size-1 bg-muted" title={roundTrip.operation} />
        ))}
      </span>
      <span className="sr-only">{labelOf(dot)}</span>
    </li>
  );
}

function labelOf({ number, does, server, trouble, isBack, ms, timing }: Dot): string {
  const who = server === null ? "nobody" : `server ${server}`;
  const how = trouble === null ? "answered" : trouble === "store" ? "could not reach the store" : "failed";
  const back = isBack ? ", a new process," : "";
  return `Request ${number} ${does}: ${who}${back} ${how}, ${Math.round(ms)} ms, ${timing.roundTrips.length} to Redis`;
}

function EmptyLine() {
  return (
    <li className="flex grow items-start gap-2" aria-hidden="true">
      {Array.from({ length: 8 }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: eight empty places, all alike.
        <span key={at} className="size-6 shrink-0 rounded-full border border-line border-dashed" />
      ))}
    </li>
  );
}
