"use client";

import { useRef } from "react";
import type { ParsedSession } from "../_session/store/parsed-session";
import { ChaosProvider } from "./chaos/chaos-provider";
import type { Cloud } from "./chaos/cloud";
import { useCloud } from "./chaos/use-cloud";
import { SessionInspector } from "./inspector/session-inspector";
import type { Timeouts } from "./inspector/ttl-ring";
import { useInspection } from "./inspector/use-inspection";
import { Stage } from "./journey/stage";
import { useJourney } from "./journey/use-journey";
import { Races } from "./races/races";

export interface ProofProps {
  /** The session that the page was made for. */
  readonly initial: ParsedSession | "unavailable" | null;
  readonly timeouts: Timeouts | null;
  /** `null` where there is no local cloud. */
  readonly cloud: Cloud | null;
  readonly host: { readonly platform: string | null; readonly region: string | null };
  /** The server that made the page. */
  readonly server: { readonly name: string; readonly since: string };
}

/** Everything on the page: the map with the journey, the session inspector, the races. */
export function ProofView({ initial, timeouts, cloud: firstCloud, host, server }: ProofProps) {
  const inspectorPlace = useRef<HTMLElement>(null);
  const { journey, shown } = useJourney(initial);
  const watch = useCloud(firstCloud, journey);
  const inspection = useInspection({ journey, place: inspectorPlace });
  return (
    <ChaosProvider watch={watch}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-8 sm:gap-12">
        <Stage
          journey={journey}
          shown={shown}
          watch={watch}
          server={server}
          host={{ ...host, isCold: inspection.inspection?.isCold ?? null }}
        />
        <SessionInspector place={inspectorPlace} seen={inspection} timeouts={timeouts} shown={shown} />
        <Races />
      </div>
    </ChaosProvider>
  );
}
