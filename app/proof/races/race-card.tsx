"use client";

import { useState } from "react";
import { ActionButton } from "../../_ui/button";
import { Card } from "../../_ui/card";
import { FieldFigures } from "./field-figures";
import type { OnStep, RaceStep } from "./race";
import { RaceCells } from "./race-cells";
import type { FieldFigure, Verdict } from "./race-messages";

interface Props {
  readonly testId: string;
  readonly title: string;
  readonly text: string;
  readonly button: string;
  /** `null`: it could not begin. */
  readonly run: (onStep: OnStep) => Promise<Verdict | null>;
  readonly field: readonly FieldFigure[];
  readonly fieldWord: string;
  /** The other race runs: they share their scratch session. */
  readonly isBlocked: boolean;
  readonly onRun: (isRunning: boolean) => void;
}

/** A race: its button, a cell for each request as it is answered, and what came of it, beside what others keep. */
export function RaceCard({ testId, title, text, button, run, field, fieldWord, isBlocked, onRun }: Props) {
  const [steps, setSteps] = useState<readonly RaceStep[]>([]);
  const [verdict, setVerdict] = useState<Verdict | "unreachable" | null>(null);
  const [isRunning, setIsRunning] = useState(false);

  async function start() {
    if (isBlocked) return;
    setIsRunning(true);
    onRun(true);
    setSteps([]);
    setVerdict(null);
    const result = await run((step) => setSteps((before) => [...before, step]));
    setVerdict(result ?? "unreachable");
    setIsRunning(false);
    onRun(false);
  }

  return (
    <Card title={title}>
      <div data-testid={testId}>
        <p className="mb-4 text-muted">{text}</p>
        <RaceCells steps={steps} />
        <div className="mt-4 mb-5 flex min-h-20 flex-wrap items-center gap-x-5 gap-y-3">
          <div className="js-only">
            <ActionButton variant="quiet" onPress={start} isBusy={isRunning}>
              {button}
            </ActionButton>
          </div>
          <div className="min-w-0 grow basis-52" role="status">
            {verdict === "unreachable" ? (
              <p className="font-medium text-danger">
                The store cannot be reached. Please try again in a moment.
              </p>
            ) : (
              verdict && <VerdictText verdict={verdict} testId={testId} />
            )}
          </div>
        </div>
        <FieldFigures figures={field} word={fieldWord} />
      </div>
    </Card>
  );
}

function VerdictText({ verdict, testId }: { readonly verdict: Verdict; readonly testId: string }) {
  return (
    <>
      <p
        className={`font-display font-semibold text-2xl ${verdict.isGood ? "" : "text-danger"}`}
        data-testid={`${testId}-figure`}
      >
        {verdict.figure}
      </p>
      <p className="text-muted text-sm">{verdict.sentence}</p>
    </>
  );
}
