import { Card } from "../../_ui/card";
import { serverColour } from "../../_ui/server-colour";
import type { Dot } from "../journey/journey";

const SHOWN = 5;

/** The requests to Redis of the last answers, from `Server-Timing`. */
export function RoundTrips({ dots }: { readonly dots: readonly Dot[] }) {
  const last = dots.slice(-SHOWN).reverse();
  const longestMs = Math.max(1, ...last.map(({ ms }) => ms));
  return (
    <Card title="The last answers asked Redis">
      {last.length === 0 && (
        <p className="text-muted">
          Send a request, and see what it costs: its answer says so in Server-Timing.
        </p>
      )}
      <ol className="grid gap-3" data-testid="round-trips">
        {last.map(({ number, server, does, ms, timing, trouble }) => (
          <li key={number} className="text-sm">
            <p className="flex justify-between gap-3">
              <span>
                <span
                  aria-hidden="true"
                  className="mr-1.5 inline-block size-2 rounded-full"
                  style={{ backgroundColor: server === null ? "var(--color-danger)" : serverColour(server) }}
                />
                {server === null ? "nobody" : `server ${server}`} {trouble ? "could not" : does}
              </span>
              <span className="text-muted tabular-nums">{ms.toFixed(0)} ms</span>
            </p>
            <div
              aria-hidden="true"
              className="mt-1 flex h-2 gap-px overflow-hidden rounded-full bg-line"
              style={{ width: `${Math.max(6, (ms / longestMs) * 100)}%` }}
            >
              {timing.roundTrips.map((roundTrip, at) => (
                <span
                  // biome-ignore lint/suspicious/noArrayIndexKey: the requests of one answer, in their order, for ever.
                  key={at}
                  className="bg-brand"
                  style={{ width: `${(roundTrip.ms / ms) * 100}%` }}
                />
              ))}
            </div>
            <p className="mt-0.5 text-muted">
              {timing.roundTrips.length === 0
                ? "no request to Redis"
                : timing.roundTrips
                    .map((roundTrip) => `${roundTrip.operation} ${roundTrip.ms.toFixed(1)} ms`)
                    .join(", then ")}
            </p>
          </li>
        ))}
      </ol>
    </Card>
  );
}
