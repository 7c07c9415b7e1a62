import { expect, test } from "vitest";
import { parseClusterNodes } from "./cluster-nodes";

test("lines are read with and without slots, host names and slots on the move", () => {
  const text = `aaa 127.0.0.1:7000@17000,host myself,master - 0 1 1 connected 0-5460 9000 [93-<-bbb]
bbb 127.0.0.1:7001@17001 slave,fail aaa 0 1 2 disconnected
`;
  expect(parseClusterNodes(text)).toEqual([
    {
      id: "aaa",
      port: 7000,
      isPrimary: true,
      ranges: [
        [0, 5460],
        [9000, 9000],
      ],
    },
    { id: "bbb", port: 7001, isPrimary: false, ranges: [] },
  ]);
});
