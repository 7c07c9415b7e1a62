"use client";

import type { CloudWatch } from "../chaos/use-cloud";
import { LiveMap, type ShownPlace } from "../map/live-map";
import { mapServers } from "../map/map-servers";
import { Controls } from "./controls";
import type { Journey, JourneyShown } from "./journey-engine";
import { Timeline } from "./timeline";
import { WhatStays } from "./what-stays";

interface Props {
  readonly journey: Journey;
  readonly shown: JourneyShown;
  readonly watch: CloudWatch;
  readonly server: { readonly name: string; readonly since: string };
  readonly host: ShownPlace;
}

/** The picture of it all, the button that moves it, and what stays the same meanwhile. */
export function Stage({ journey, shown, watch, server, host }: Props) {
  const servers = mapServers({ cloud: watch.cloud, firstCloud: watch.first, journey: shown, first: server });
  return (
    <section aria-label="The journey" className="rounded-2xl border border-line bg-surface shadow-card">
      <LiveMap servers={servers} shown={shown} cloud={watch.cloud} host={host} />
      <Controls journey={journey} shown={shown} watch={watch} />
      <WhatStays shown={shown} />
      <Timeline shown={shown} />
    </section>
  );
}
