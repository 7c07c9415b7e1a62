"use client";

import { useEffect, useState } from "react";
import type { ChaosActionName } from "@/lib/proof/local-cloud";
import { textAt } from "../../_session/store/json-field";
import { ask } from "../journey/answer";
import type { Journey } from "../journey/journey-engine";
import { whenVisible } from "../journey/visible";
import type { ChaosRun } from "./chaos-messages";
import { type Cloud, readCloud } from "./cloud";

const ENDPOINT = "/api/proof/cloud";
const POLL_EVERY_MS = 1500;
const POLL_DURING_ACTION_MS = 400;

export type Tally = Record<"requests" | "failed" | "lost", number>;

export interface CloudWatch {
  /** `null` where there is no local cloud: then there are no chaos actions. */
  readonly cloud: Cloud | null;
  /** As it was when the page was opened. */
  readonly first: Cloud | null;
  /** The last action, with the journey's figures of the moment when it began. */
  readonly lastRun: (ChaosRun & { readonly before: Tally }) | null;
  /** Why a chaos action was not begun. */
  readonly refusal: string | null;
  startAction(name: ChaosActionName, server?: string): Promise<void>;
}

/** Watches the parts of the local cloud, and does to them what the visitor chooses. Costs Redis' REST gateway nothing. */
export function useCloud(first: Cloud | null, journey: Journey): CloudWatch {
  const [cloud, setCloud] = useState(first);
  const [lastRun, setLastRun] = useState<CloudWatch["lastRun"]>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const isRunning = cloud?.action?.state === "running";

  useEffect(() => {
    if (!first) return;
    let isOver = false;
    const watch = async () => {
      while (!isOver) {
        await whenVisible(isRunning ? POLL_DURING_ACTION_MS : POLL_EVERY_MS);
        const next = readCloud((await ask(ENDPOINT)).body);
        if (!isOver && next) setCloud(next);
      }
    };
    void watch();
    return () => {
      isOver = true;
    };
  }, [first, isRunning]);

  const state = cloud?.action?.state;
  useEffect(() => {
    if (state) setLastRun((before) => before && { ...before, state });
  }, [state]);

  async function startAction(name: ChaosActionName, server?: string): Promise<void> {
    const { requests, failed, lost } = journey.get();
    // What a chaos action does can be seen under requests only.
    journey.keepSending();
    const { status, body } = await ask(ENDPOINT, {
      action: name,
      ...(server !== undefined && { instance: server }),
    });
    const begun = status === 200 ? readCloud(body) : null;
    setRefusal(begun ? null : (textAt(body, "detail") ?? "The local cloud does not answer just now."));
    if (!begun) return;
    setCloud(begun);
    setLastRun({ name, server: server ?? null, state: "running", before: { requests, failed, lost } });
  }

  return { cloud, first, lastRun, refusal, startAction };
}
