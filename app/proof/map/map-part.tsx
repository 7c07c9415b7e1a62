import type { ReactNode } from "react";
import { Icon } from "./icons";

interface Props {
  readonly icon: "browser" | "balancer" | "gateway" | "redis";
  readonly name: string;
  readonly part: string;
  readonly isAway?: boolean;
  readonly children?: ReactNode;
}

/** One part of the map: a name, and what is to be known of it. */
export function MapPart({ icon, name, part, isAway = false, children }: Props) {
  return (
    <div
      data-part={part}
      data-testid={`part-${part}`}
      data-away={isAway}
      className={`relative min-w-0 rounded-xl border p-3 transition-colors duration-300 ${isAway ? "border-danger border-dashed bg-danger-tint" : "border-line bg-surface shadow-card"}`}
    >
      <p
        className={`part-name flex items-center gap-x-2 gap-y-1 font-semibold ${isAway ? "text-danger" : ""}`}
      >
        <span className={isAway ? "" : "text-brand"}>
          <Icon of={icon} />
        </span>
        <span className="min-w-0">{name}</span>
      </p>
      {children}
    </div>
  );
}

/** A note of a part, in small print. */
export function PartNote({ children }: { readonly children: ReactNode }) {
  return <p className="mt-0.5 text-muted text-sm tabular-nums leading-snug">{children}</p>;
}
