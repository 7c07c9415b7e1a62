import { expect, test } from "vitest";
import type { Ask } from "../journey/answer";
import { untimed } from "../journey/server-timing";
import { raceAdds, raceEnds } from "./race";
import { verdictOfAdds, verdictOfEnds } from "./race-messages";

/** A scratch session on two servers that answer in turn; `isSafe` false: adds bring back what has ended. */
function scratch({ isSafe = true, loses = 0 } = {}): Ask {
  let turn = 0;
  let state = "absent";
  let items = 0;
  const steps: Record<string, () => [status: number, body: object]> = {
    begin: () => {
      state = "live";
      items = 0;
      return [200, { state, items }];
    },
    add: () => {
      if (state !== "live" && isSafe) return [401, { code: "no-session" }];
      state = "live";
      items += items < 100 - loses ? 1 : 0;
      return [200, { state, items }];
    },
    end: () => {
      const endedNow = state === "live";
      state = "ended";
      return [200, { endedNow }];
    },
    read: () => [200, { state, items: state === "live" ? items : null }],
  };
  return async (_path, fields) => {
    const step = Object.entries(steps).find(([name]) => Object.values(fields ?? {}).includes(name))?.[1];
    const [status, body] = step?.() ?? [400, {}];
    turn += 1;
    return { status, body, servedBy: turn % 2 ? "a" : "b", servedSince: null, timing: untimed, tookMs: 1 };
  };
}
const away: Ask = async () => {
  return { status: 503, body: null, servedBy: "a", servedSince: null, timing: untimed, tookMs: 1 };
};

test("a hundred adds that are all kept are said to be", async () => {
  const steps: string[] = [];
  const result = await raceAdds(scratch(), ({ server }) => steps.push(server ?? ""));
  expect(steps).toHaveLength(100);
  expect(result).toMatchObject({ confirmed: 100, kept: 100, servers: ["a", "b"] });
  expect(result && verdictOfAdds(result)).toMatchObject({ figure: "100 of 100 kept", isGood: true });
});

test("an add that was confirmed and is not there is said to be lost", async () => {
  const result = await raceAdds(scratch({ loses: 3 }), () => {});
  expect(result && verdictOfAdds(result)).toMatchObject({
    figure: "97 of 100 kept",
    sentence: "3 were confirmed and are not there.",
    isGood: false,
  });
});

test("an add that was refused is not said to be lost", () => {
  const verdict = verdictOfAdds({ confirmed: 98, kept: 98, servers: ["a"], tookMs: 1234 });
  expect(verdict).toMatchObject({
    isGood: true,
    sentence: "2 were refused, and said so. In 1.2 s, by server a.",
  });
});

test("no session comes back after its end, whichever of the two was first", async () => {
  const result = await raceEnds(scratch(), () => {});
  expect(result).toMatchObject({ trials: 100, revived: 0, addedFirst: 50, unknown: 0 });
  expect(result && verdictOfEnds(result)).toMatchObject({ figure: "0 of 100 revived", isGood: true });
});

test("a store that revives sessions is found out", async () => {
  const result = await raceEnds(scratch({ isSafe: false }), () => {});
  expect(result && verdictOfEnds(result)).toMatchObject({ figure: "50 of 100 revived", isGood: false });
});

test("a race that cannot begin has no result", async () => {
  expect(await raceAdds(away, () => {})).toBeNull();
  expect(await raceEnds(away, () => {})).toBeNull();
});
