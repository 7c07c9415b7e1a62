import { describe } from "vitest";
import { describeBeginnings } from "./contract/beginnings.contract";
import { describeChanges } from "./contract/changes.contract";
import { describeClocks } from "./contract/clocks.contract";
import { describeEnds } from "./contract/ends.contract";
import { describeLists } from "./contract/lists.contract";
import { describeRepetitions } from "./contract/repetitions.contract";
import { describeRequests } from "./contract/requests.contract";
import { describeRotations } from "./contract/rotations.contract";
import { describeUnreadables } from "./contract/unreadables.contract";
import { describeUserEnds } from "./contract/user-ends.contract";
import { type StoreUnderTest, workbench } from "./contract/workbench";

export type { StoreUnderTest };

/** One suite that every session store must pass: the promises of `session-store.ts`, a file for each kind. */
export function describeSessionStore(name: string, underTest: () => StoreUnderTest): void {
  describe(`${name} keeps the session store's contract`, () => {
    const bench = workbench(underTest);
    describeBeginnings(bench);
    describeClocks(bench);
    describeChanges(bench);
    describeEnds(bench);
    describeRotations(bench);
    describeRepetitions(bench);
    describeUnreadables(bench);
    describeLists(bench);
    describeUserEnds(bench);
    describeRequests(bench);
  });
}
