import { describe } from "vitest";
import { describeChanges } from "./contract/changes.contract.ts";
import { describeCreation } from "./contract/creation.contract.ts";
import { describeEnds } from "./contract/ends.contract.ts";
import { describeLists } from "./contract/lists.contract.ts";
import { describeRepetitions } from "./contract/repetitions.contract.ts";
import { describeRequests } from "./contract/requests.contract.ts";
import { describeRotations } from "./contract/rotations.contract.ts";
import { describeTimeouts } from "./contract/timeouts.contract.ts";
import { describeUnreadables } from "./contract/unreadables.contract.ts";
import { describeUserEnds } from "./contract/user-ends.contract.ts";
import { type StoreUnderTest, workbench } from "./contract/workbench.ts";

export type { StoreUnderTest };

/** One suite that every session store must pass: the promises of `session-store.ts`, a file for each kind. */
export function describeSessionStore(name: string, underTest: () => StoreUnderTest): void {
  describe(`${name} keeps the session store's contract`, () => {
    const bench = workbench(underTest);
    describeCreation(bench);
    describeTimeouts(bench);
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
