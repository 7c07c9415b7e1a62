import type { FieldFigure } from "./race-messages";

interface Props {
  readonly figures: readonly FieldFigure[];
  readonly word: string;
}

/** What the field keeps or revives, to compare with. */
export function FieldFigures({ figures, word }: Props) {
  return (
    <div className="border-line border-t pt-4">
      <p className="mb-2 text-muted text-sm">
        Elsewhere, measured in November 2026 (the table is in <code>docs/session-store.md</code>):
      </p>
      <ul className="grid gap-2 text-sm">
        {figures.map(({ who, finding, share }) => (
          <li key={who}>
            <p className="flex flex-wrap justify-between gap-x-4">
              <span>{who}</span>
              <span className="font-medium tabular-nums">
                {finding} {word}
              </span>
            </p>
            <div aria-hidden="true" className="mt-1 h-1.5 rounded-full bg-sunken">
              <div className="h-full min-w-1 rounded-full bg-edge" style={{ width: `${share * 100}%` }} />
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}
