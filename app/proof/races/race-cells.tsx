import { serverColour } from "../../_ui/server-colour";
import { RACERS, type RaceStep } from "./race";

/** A hundred cells, each in the colour of the server that answered. */
export function RaceCells({ steps }: { readonly steps: readonly RaceStep[] }) {
  return (
    <div aria-hidden="true" className="grid grid-cols-[repeat(20,minmax(0,1fr))] gap-1">
      {Array.from({ length: RACERS }, (_, at) => {
        const step = steps[at];
        const colour = !step
          ? undefined
          : step.isGood && step.server
            ? serverColour(step.server)
            : "var(--color-danger)";
        return (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: a hundred places in their order.
            key={at}
            className={`aspect-square rounded-[3px] ${step ? "cell" : "bg-sunken"}`}
            style={colour ? { backgroundColor: colour } : undefined}
          />
        );
      })}
    </div>
  );
}
