import { numberAt, oneOfAt, valueAt } from "../../_session/store/json-field";
import type { Answer, Ask } from "../journey/answer";

/** How many requests race, and how often. */
export const RACERS = 100;

/** One cell of a race's picture: who answered, and whether it went as it should. */
export interface RaceStep {
  readonly server: string | null;
  readonly isGood: boolean;
}

export type OnStep = (step: RaceStep) => void;

/** What came of a hundred adds at once. */
export interface AddsResult {
  readonly confirmed: number;
  /** In the cart afterwards; `null` where it could not be read. */
  readonly kept: number | null;
  readonly servers: readonly string[];
  readonly tookMs: number;
}

const ENDPOINT = "/api/proof/race";

/** A hundred adds to one scratch cart at the same moment. `null`: it could not begin. */
export async function raceAdds(ask: Ask, onStep: OnStep): Promise<AddsResult | null> {
  const begun = await ask(ENDPOINT, { step: "begin" });
  if (begun.status !== 200) return null;
  const startedMs = performance.now();
  const answers = await Promise.all(
    Array.from({ length: RACERS }, async () => {
      const answer = await ask(ENDPOINT, { step: "add" });
      onStep({ server: answer.servedBy, isGood: answer.status === 200 });
      return answer;
    }),
  );
  const tookMs = performance.now() - startedMs;
  const read = await ask(ENDPOINT, { step: "read" });
  await ask(ENDPOINT, { step: "end" });
  return {
    confirmed: answers.filter(({ status }) => status === 200).length,
    kept: numberAt(read.body, "items"),
    servers: serversOf(answers),
    tookMs,
  };
}

/** What came of as many log-outs, each with an add at the same moment. */
export interface EndsResult {
  readonly trials: number;
  /** Alive after its end. */
  readonly revived: number;
  /** The add was there first, and was carried out before the end. */
  readonly addedFirst: number;
  /** Could not be read afterwards: counted on neither side. */
  readonly unknown: number;
  readonly servers: readonly string[];
}

/** A hundred times: a scratch session is ended, and added to, at the same moment. `null`: it could not begin. */
export async function raceEnds(ask: Ask, onStep: OnStep): Promise<EndsResult | null> {
  const servers = new Set<string>();
  let [revived, addedFirst, unknown] = [0, 0, 0];
  for (let trial = 0; trial < RACERS; trial++) {
    const begun = await ask(ENDPOINT, { step: "begin" });
    if (begun.status !== 200)
      return trial === 0
        ? null
        : { trials: trial, revived, addedFirst, unknown, servers: [...servers].sort() };
    // Now the one is sent first, now the other.
    const steps = trial % 2 === 0 ? ["end", "add"] : ["add", "end"];
    const answers = await Promise.all(steps.map((step) => ask(ENDPOINT, { step })));
    for (const name of serversOf(answers)) servers.add(name);
    const added = answers[steps.indexOf("add")];
    const ended = answers[steps.indexOf("end")];
    const state = await stateOf(ask);
    const isRevived = state === "live" && valueAt(ended?.body, "endedNow") === true;
    if (isRevived) revived++;
    else if (state === null || state === "live") unknown++;
    else if (added?.status === 200) addedFirst++;
    onStep({ server: ended?.servedBy ?? null, isGood: state !== null && state !== "live" });
  }
  return { trials: RACERS, revived, addedFirst, unknown, servers: [...servers].sort() };
}

async function stateOf(ask: Ask) {
  const { body } = await ask(ENDPOINT, { step: "read" });
  return oneOfAt(["live", "absent", "ended"], body, "state");
}

function serversOf(answers: readonly Answer[]): string[] {
  return [...new Set(answers.flatMap(({ servedBy }) => servedBy ?? []))].sort();
}
