import { expect, test } from "vitest";
import { oldNodeWarning } from "./old-node-warning";

test.each(["20.9.0", "21.7.3"])("on Node %s the demo says that it is too old to be safe", (version) => {
  expect(oldNodeWarning(version)).toContain(`Node ${version} works`);
});

test.each(["22.12.0", "24.0.0", "26.10.0"])("on Node %s it says nothing", (version) => {
  expect(oldNodeWarning(version)).toBeUndefined();
});
