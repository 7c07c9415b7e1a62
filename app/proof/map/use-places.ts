"use client";

import { type RefObject, useLayoutEffect, useState } from "react";
import type { MapPlaces, Place } from "./wire-paths";

/** Where the parts stand that carry `data-part`; measured anew whenever the map or one of them changes its size. */
export function usePlaces(map: RefObject<HTMLDivElement | null>, parts: string): MapPlaces | null {
  const [places, setPlaces] = useState<MapPlaces | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other parts stand in other places.
  useLayoutEffect(() => {
    const element = map.current;
    if (!element) return;
    const measure = () => setPlaces(placesIn(element));
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    for (const part of element.querySelectorAll("[data-part]")) observer.observe(part);
    measure();
    return () => observer.disconnect();
  }, [map, parts]);
  return places;
}

function placesIn(map: HTMLElement): MapPlaces | null {
  const origin = map.getBoundingClientRect();
  const found = new Map<string, Place>();
  for (const part of map.querySelectorAll<HTMLElement>("[data-part]")) {
    const { left, top, width, height } = part.getBoundingClientRect();
    found.set(part.dataset.part ?? "", { left: left - origin.left, top: top - origin.top, width, height });
  }
  const [browser, balancer] = [found.get("browser"), found.get("balancer")];
  const [gateway, redis] = [found.get("gateway"), found.get("redis")];
  if (!browser || !balancer || !gateway || !redis) return null;
  const servers: Record<string, Place> = {};
  for (const [name, place] of found) if (name.startsWith("server ")) servers[name.slice(7)] = place;
  return { browser, balancer, gateway, redis, servers, width: origin.width };
}
