"use client";

import type { FormEvent } from "react";
import { Button } from "../../_ui/button";
import { IdempotencyKey } from "../../_ui/idempotency-key";
import { chaosMessage, sinceThen } from "../chaos/chaos-messages";
import type { CloudWatch } from "../chaos/use-cloud";
import { FIRST_ITEM, type Journey, type JourneyShown } from "./journey-engine";
import { narrationMessage } from "./narration-messages";

interface Props {
  readonly journey: Journey;
  readonly shown: JourneyShown;
  readonly watch: CloudWatch;
}

/** Two buttons, and what comes of them in words. Without JavaScript the first one is a plain form. */
export function Controls({ journey, shown, watch }: Props) {
  const { mode, presence, trouble } = shown;
  const isGoing = mode === "going";
  const press = (act: () => void) => (event: FormEvent) => {
    event.preventDefault();
    act();
  };
  const hasNone = presence === "none";
  return (
    <div className="controls flex flex-wrap items-center gap-x-6 gap-y-2 border-line border-y px-3 py-3 max-sm:text-sm sm:gap-y-3 sm:px-6 sm:py-4">
      <div className="flex flex-wrap gap-x-3 gap-y-2 max-sm:gap-x-1.5">
        <form
          action={hasNone ? "/api/cart/add" : "/api/session/views"}
          method="post"
          onSubmit={press(journey.send)}
          data-testid="send"
        >
          <IdempotencyKey />
          <input type="hidden" name="next" value="/proof" />
          {hasNone && <input type="hidden" name="sku" value={FIRST_ITEM} />}
          <Button>Send a request</Button>
        </form>
        <form
          onSubmit={press(isGoing ? journey.pause : journey.keepSending)}
          data-testid="keep"
          className="js-only"
        >
          <Button variant="quiet">
            <span className="text-center sm:min-w-[6.75rem]">{isGoing ? "Pause" : "Keep sending"}</span>
          </Button>
        </form>
      </div>
      <div className="min-w-0 grow basis-72">
        <p
          role="status"
          data-testid="narration"
          className={`min-h-[2lh] font-medium max-sm:min-h-[3lh] lg:min-h-[1lh] ${trouble === "store" || trouble === "network" ? "text-danger" : ""}`}
        >
          {narrationMessage(shown)}
        </p>
        <ChaosMessage shown={shown} watch={watch} />
        <noscript>
          <p className="text-muted text-sm">
            With JavaScript, this picture moves: each request lights its way, and the page goes on by itself.
          </p>
        </noscript>
      </div>
    </div>
  );
}

function ChaosMessage({ shown, watch: { lastRun, refusal, cloud } }: Pick<Props, "shown" | "watch">) {
  const action = lastRun ?? (cloud?.action?.state === "running" ? { ...cloud.action, server: null } : null);
  const since = lastRun && {
    requests: shown.requests - lastRun.before.requests,
    failed: shown.failed - lastRun.before.failed,
    lost: shown.lost - lastRun.before.lost,
  };
  return (
    <div className="text-muted text-sm max-sm:text-xs">
      <p role="status" data-testid="chaos-message">
        {refusal ??
          (action
            ? chaosMessage(action)
            : cloud && (
                <span className="max-sm:hidden">
                  Then try to break it: stop a server, crash one, take Redis away.
                </span>
              ))}
      </p>
      {cloud && (
        <p className="min-h-5 max-sm:hidden" data-testid="chaos-since">
          {since && !refusal && sinceThen(since)}
        </p>
      )}
    </div>
  );
}
