"use client";

import { useEffect, useState } from "react";
import type { DareName } from "@/lib/proof/local-cloud";
import { textAt } from "../_ui/live/json-field";
import { ask } from "./answer";
import { type Cloud, readCloud } from "./cloud";
import type { Dare } from "./dare-words";
import type { Journey } from "./journey-engine";
import { whenVisible } from "./visible";

const DOOR = "/api/proof/cloud";
const LOOK_EVERY_MS = 1500;
const DURING_A_DARE_MS = 400;

export type Tally = Record<"requests" | "failed" | "lost", number>;

export interface CloudWatch {
  /** `null` where there is no local cloud: then there is nothing to dare. */
  readonly cloud: Cloud | null;
  /** As it was when the page was opened. */
  readonly first: Cloud | null;
  /** The last dare, with the journey's figures of the moment when it began. */
  readonly told: (Dare & { readonly before: Tally }) | null;
  /** Why a dare was not begun. */
  readonly refusal: string | null;
  dare(name: DareName, server?: string): Promise<void>;
}

/** Watches the parts of the local cloud, and does to them what the visitor dares. Costs Redis' REST gateway nothing. */
export function useCloud(first: Cloud | null, journey: Journey): CloudWatch {
  const [cloud, setCloud] = useState(first);
  const [told, setTold] = useState<CloudWatch["told"]>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const isRunning = cloud?.dare?.state === "running";

  useEffect(() => {
    if (!first) return;
    let isOver = false;
    const watch = async () => {
      while (!isOver) {
        await whenVisible(isRunning ? DURING_A_DARE_MS : LOOK_EVERY_MS);
        const next = readCloud((await ask(DOOR)).body);
        if (!isOver && next) setCloud(next);
      }
    };
    void watch();
    return () => {
      isOver = true;
    };
  }, [first, isRunning]);

  const state = cloud?.dare?.state;
  useEffect(() => {
    if (state) setTold((before) => before && { ...before, state });
  }, [state]);

  async function dare(name: DareName, server?: string): Promise<void> {
    const { requests, failed, lost } = journey.get();
    // What a dare does can be seen under requests only.
    journey.keepSending();
    const { status, body } = await ask(DOOR, {
      dare: name,
      ...(server !== undefined && { instance: server }),
    });
    const begun = status === 200 ? readCloud(body) : null;
    setRefusal(begun ? null : (textAt(body, "detail") ?? "The local cloud does not answer just now."));
    if (!begun) return;
    setCloud(begun);
    setTold({ name, server: server ?? null, state: "running", before: { requests, failed, lost } });
  }

  return { cloud, first, told, refusal, dare };
}
