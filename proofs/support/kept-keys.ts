import type { TestEnv } from "@carryover/session/internal/testing/test-env";
import { expect, it } from "vitest";
import { record } from "./record";

type Direct = TestEnv["direct"];

/** All keys of a Redis that begin so. */
export async function keysOf(direct: Direct, prefix = ""): Promise<string[]> {
  const keys = new Set<string>();
  for await (const batch of direct.scanIterator({ MATCH: `${prefix}*`, COUNT: 1000 })) {
    for (const key of batch) keys.add(key);
  }
  return [...keys];
}

/** The keys of a namespace's live sessions: all but tombstones. */
export async function liveSessionsOf(direct: Direct, namespace: string): Promise<string[]> {
  const keys = await keysOf(direct, `${namespace}session:`);
  const texts = await Promise.all(keys.map((key) => direct.get(key)));
  return keys.filter((_, at) => texts[at]?.startsWith('{"ended":') === false);
}

/** The last test of each proof: whatever was done, only accounts may stay for ever. */
export function itLeavesNoKeyWithoutTtl(proof: string, test: () => TestEnv): void {
  it("afterwards no key of ours is without a TTL but accounts", async () => {
    const { direct } = test();
    const keys = await keysOf(direct);
    const ttls = await Promise.all(keys.map((key) => direct.pTTL(key)));
    const eternal = keys.filter((key, at) => ttls[at] === -1 && !/(^|:)account:[^:]*$/.test(key));
    await record(`kept-${proof}`, { keys: keys.length, withoutTtl: eternal.length });
    expect(keys.length).toBeGreaterThan(0);
    expect(eternal).toEqual([]);
  });
}
