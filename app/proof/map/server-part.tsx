"use client";

import { serverColour } from "../../_ui/server-colour";
import { ChaosButton } from "../chaos/chaos-provider";
import type { MapServer } from "./map-servers";

const stateLabels = {
  starting: "starting …",
  running: null,
  stopping: "stopping …",
  stopped: "stopped",
  down: "died; starts again",
} as const;

interface Props {
  readonly server: MapServer;
  /** The last request that it answered: each one lights it up. */
  readonly lit: number | null;
}

/** A server: its name, since when it runs, and how many requests of this session it has answered. It holds nothing else. */
export function ServerPart({ server: { name, state, since, answered, returns }, lit }: Props) {
  const isUp = state === "running";
  const isGone = state === "stopped" || state === "down";
  return (
    <div
      data-part={`server ${name}`}
      data-testid={`server-${name}`}
      data-state={state}
      className={`@container relative rounded-xl border bg-surface px-3 py-2.5 transition-[border-color,background-color] duration-300 ${isUp ? "border-line shadow-card" : "border-edge border-dashed bg-transparent"}`}
    >
      {lit !== null && isUp && (
        <span
          key={lit}
          aria-hidden="true"
          className="lit pointer-events-none absolute -inset-px rounded-xl"
          style={{ color: serverColour(name) }}
        />
      )}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <div className="flex min-w-0 grow basis-48 items-center gap-x-3 @max-[11rem]:flex-wrap">
          <span
            aria-hidden="true"
            className={`grid size-8 shrink-0 place-items-center rounded-full font-semibold text-on-server text-sm transition-opacity ${isUp ? "" : "opacity-40 grayscale"}`}
            style={{ backgroundColor: serverColour(name) }}
          >
            {name.slice(-1)}
          </span>
          <div className="min-w-0 grow leading-tight">
            <p className="font-semibold [overflow-wrap:anywhere]">
              Server {name}
              {returns > 0 && isUp && (
                <span className="ml-1.5 font-normal text-muted text-xs" data-testid={`back-${name}`}>
                  ↻ came back
                </span>
              )}
            </p>
            <p
              className={`@min-[11rem]:whitespace-nowrap text-xs tabular-nums ${isGone ? "text-danger" : "text-muted"}`}
            >
              {stateLabels[state] ?? (since ? `since ${since.slice(11, 19)}` : "running")}
            </p>
          </div>
          <p
            className="text-right leading-none"
            title={`Requests of this session that server ${name} has answered`}
          >
            <b className="block text-xl tabular-nums leading-none" data-testid={`answered-${name}`}>
              {answered}
            </b>
            <span className="text-muted text-xs">answered</span>
          </p>
        </div>
        {/* As wide with one button as with two: a server that stops must not move the others. */}
        <div className="flex min-w-32 gap-1.5 @max-[11rem]:flex-wrap empty:hidden">
          {isGone ? (
            <ChaosButton name="start-server" server={name} label={`Start server ${name}`}>
              Start
            </ChaosButton>
          ) : (
            <>
              <ChaosButton name="stop-server" server={name} label={`Stop server ${name}`}>
                Stop
              </ChaosButton>
              <ChaosButton name="kill-server" server={name} label={`Crash server ${name}`}>
                Crash
              </ChaosButton>
            </>
          )}
        </div>
      </div>
    </div>
  );
}
