"use client";

import { serverColour } from "../../_ui/server-colour";
import type { Dot } from "../journey/journey";
import type { MapServer } from "./map-servers";
import { type MapPlaces, wirePaths } from "./wire-paths";

interface Props {
  readonly places: MapPlaces;
  readonly servers: readonly MapServer[];
  readonly dots: readonly Dot[];
}

/** How many requests are seen on their way at once. */
const IN_FLIGHT = 5;

/** The wires between the parts, and each request as a light on its way through them, there and back. */
export function MapWires({ places, servers, dots }: Props) {
  const wires = wirePaths(places);
  const isUp = (name: string) => servers.some((each) => each.name === name && each.state === "running");
  return (
    <svg
      aria-hidden="true"
      className="wires pointer-events-none absolute inset-0 size-full overflow-visible fill-none"
    >
      {wires.common.map((path) => (
        <path key={path} d={path} className="wire" />
      ))}
      {Object.entries(wires.servers).map(([name, { into, out }]) => (
        <g key={name} className={isUp(name) ? "wire" : "wire wire-off"}>
          <path d={into} />
          <path d={out} />
        </g>
      ))}
      {dots.slice(-IN_FLIGHT).map(({ number, server, trouble }) => {
        const path = server === null ? wires.common[0] : wires.servers[server]?.whole;
        return (
          path && (
            <g
              key={number}
              className={trouble ? "flight flight-lost" : "flight"}
              style={trouble ? undefined : { color: serverColour(server ?? "") }}
            >
              <path d={path} pathLength="1" className="flight-trail" />
              <path d={path} pathLength="1" className="flight-light" />
            </g>
          )
        );
      })}
    </svg>
  );
}
