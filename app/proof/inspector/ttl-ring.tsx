import { formatDuration } from "../../_ui/format";

/** Both timeouts of a session at one moment. */
export interface Timeouts {
  readonly ttlMs: number;
  readonly idleMs: number;
  readonly lifetimeLeftMs: number;
  readonly lifetimeMs: number;
}

interface Props {
  readonly name: string;
  readonly note: string;
  readonly leftMs: number;
  readonly wholeMs: number;
  readonly testId: string;
}

/** A timeout that counts down, as a ring. */
export function TtlRing({ name, note, leftMs, wholeMs, testId }: Props) {
  const share = wholeMs > 0 ? Math.min(1, Math.max(0, leftMs / wholeMs)) : 0;
  return (
    <div className="flex items-center gap-3">
      <svg viewBox="0 0 64 64" aria-hidden="true" className="-rotate-90 size-14 shrink-0 fill-none">
        <circle cx="32" cy="32" r="27" strokeWidth="7" className="stroke-line" />
        <circle
          cx="32"
          cy="32"
          r="27"
          strokeWidth="7"
          strokeLinecap="round"
          pathLength="1"
          strokeDasharray={`${share} 2`}
          className="stroke-brand transition-[stroke-dasharray] duration-300 ease-linear motion-reduce:transition-none"
        />
      </svg>
      <div className="min-w-0">
        <p className="font-medium">{name}</p>
        <p className="font-semibold tabular-nums" data-testid={testId} data-left-ms={Math.round(leftMs)}>
          {formatDuration(leftMs)}
        </p>
        <p className="text-muted text-sm">{note}</p>
      </div>
    </div>
  );
}
