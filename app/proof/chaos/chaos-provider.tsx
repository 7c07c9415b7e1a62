"use client";

import { createContext, type ReactNode, useContext } from "react";
import type { ChaosActionName } from "@/lib/proof/local-cloud";
import { IdempotencyKey } from "../../_ui/idempotency-key";
import type { CloudWatch } from "./use-cloud";

const ChaosContext = createContext<CloudWatch | null>(null);

export function ChaosProvider({
  watch,
  children,
}: {
  readonly watch: CloudWatch;
  readonly children: ReactNode;
}) {
  return <ChaosContext value={watch}>{children}</ChaosContext>;
}

interface Props {
  readonly name: ChaosActionName;
  readonly server?: string;
  readonly children: ReactNode;
  /** What a screen reader says. */
  readonly label: string;
}

/** One click, one part of the cloud that fails. A form of its own, so that it works without JavaScript. */
export function ChaosButton({ name, server, children, label }: Props) {
  const watch = useContext(ChaosContext);
  if (!watch?.cloud) return null;
  const isBusy = watch.cloud.action?.state === "running";
  return (
    <form
      className="py-1"
      action="/api/proof/cloud"
      method="post"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) void watch.startAction(name, server);
      }}
    >
      <IdempotencyKey />
      {server !== undefined && <input type="hidden" name="instance" value={server} />}
      <button
        type="submit"
        name="action"
        value={name}
        aria-label={label}
        aria-disabled={isBusy}
        data-testid={`chaos-${name}${server === undefined ? "" : `-${server}`}`}
        className="inline-flex min-h-8 items-center rounded-2xl border border-edge/60 bg-surface px-2.5 font-medium text-sm transition-colors hover:border-danger hover:text-danger aria-disabled:cursor-not-allowed aria-disabled:border-line aria-disabled:text-muted pointer-coarse:min-h-11"
      >
        {children}
      </button>
    </form>
  );
}
