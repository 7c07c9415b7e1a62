import { expect, test } from "vitest";
import { slotOf } from "./key-slot.ts";

// Beyond these, redis-cluster's own CLUSTER KEYSLOT is asked in cluster-connection.cluster.test.ts.
test("the checksum is the one in the specification", () => {
  expect(slotOf("123456789")).toBe(0x31c3);
});

test("only the first part in braces counts, if there is something in it", () => {
  expect(slotOf("{user}.a")).toBe(slotOf("user"));
  expect(slotOf("a{user}b{other}")).toBe(slotOf("user"));
  expect(slotOf("{}{user}")).not.toBe(slotOf("user"));
  expect(slotOf("a{b")).not.toBe(slotOf("b"));
});
