"use client";

import { useRef } from "react";
import { usePage } from "../../_session/store/live-session";
import { formatCount, type NumberStyle } from "../../_ui/number-style";
import { ChaosButton } from "../chaos/chaos-provider";
import type { Cloud } from "../chaos/cloud";
import type { JourneyShown } from "../journey/journey-engine";
import { MapPart, PartNote } from "./map-part";
import type { MapServer } from "./map-servers";
import { MapWires } from "./map-wires";
import { ServerPart } from "./server-part";
import { KeyBadge, SessionBadge } from "./session-badges";
import { usePlaces } from "./use-places";

interface Props {
  readonly servers: readonly MapServer[];
  readonly shown: JourneyShown;
  readonly cloud: Cloud | null;
  readonly host: ShownPlace;
}

/** From the browser through whichever server is next to Redis, as it is right now. */
export function LiveMap({ servers, shown, cloud, host }: Props) {
  const { numbers } = usePage();
  const map = useRef<HTMLDivElement>(null);
  const places = usePlaces(map, servers.map(({ name }) => name).join());
  const { dots, session, trouble, presence } = shown;
  const isRedisAway = cloud?.redis ? !cloud.redis.isRunning : false;
  const isGatewayAway = cloud?.gateway ? !cloud.gateway.isRunning : false;
  const litBy = (name: string) => dots.findLast(({ server }) => server === name)?.number ?? null;
  return (
    <div className="map-ground rounded-t-2xl p-3 sm:p-6">
      <div ref={map} className="map relative mx-auto">
        {places && <MapWires places={places} servers={servers} dots={dots} />}
        <MapPart part="browser" icon="browser" name="Browser">
          <KeyBadge presence={presence} />
        </MapPart>
        <MapPart part="balancer" icon="balancer" name={cloud ? "Balancer" : "The host"}>
          <PartNote>{cloud ? "whoever is next" : hostLabel(host)}</PartNote>
        </MapPart>
        <div className="map-servers">
          {servers.map((server) => (
            <ServerPart key={server.name} server={server} lit={litBy(server.name)} />
          ))}
          <div className="flex flex-wrap gap-x-1.5 empty:hidden">
            <ChaosButton name="add-server" label="Add a server">
              Add a server
            </ChaosButton>
            <ChaosButton name="rolling-restart" label="Restart all servers, one after the other">
              Rolling restart
            </ChaosButton>
          </div>
        </div>
        <MapPart part="gateway" icon="gateway" name={cloud ? "Gateway" : "REST API"} isAway={isGatewayAway}>
          <PartNote>
            {isGatewayAway
              ? "away"
              : cloud?.gateway
                ? `${formatCount(cloud.gateway.requests, numbers)} requests`
                : "over HTTPS"}
          </PartNote>
          {cloud?.gateway && (
            <ChaosButton name="lose-gateway" label="Lose the REST gateway for ten seconds">
              Lose it
            </ChaosButton>
          )}
        </MapPart>
        <MapPart part="redis" icon="redis" name="Redis" isAway={isRedisAway}>
          <SessionBadge
            session={session}
            isOutOfReach={trouble === "store"}
            isUnknown={presence === "unknown"}
          />
          {cloud?.redis && (
            <PartNote>{isRedisAway ? "away; all is on its disk" : redisLabel(cloud.redis, numbers)}</PartNote>
          )}
          {cloud?.redis && (
            <div className="mt-1 flex flex-wrap gap-x-1.5">
              <ChaosButton name="restart-redis" label="Restart Redis">
                Restart
              </ChaosButton>
              <ChaosButton name="stop-redis" label="Stop Redis for ten seconds">
                Stop 10 s
              </ChaosButton>
            </div>
          )}
        </MapPart>
      </div>
    </div>
  );
}

/** Where the servers run, where that is known. */
export interface ShownPlace {
  readonly platform: string | null;
  readonly region: string | null;
  /** Whether the server that was asked last had just been started for it; `null` before one was asked. */
  readonly isCold: boolean | null;
}

function hostLabel({ platform, region, isCold }: ShownPlace): string {
  const warmth = isCold === null ? null : isCold ? "a cold start" : "warm";
  const place = [platform, region, warmth].filter(Boolean).join(", ");
  return place || "whoever is free";
}

function redisLabel({ commands, memoryBytes }: NonNullable<Cloud["redis"]>, numbers: NumberStyle): string {
  if (commands === null || memoryBytes === null) return "";
  return `${formatCount(commands, numbers)} commands, ${(memoryBytes / 1_000_000).toFixed(1)} MB`;
}
