/** A server as a line of CLUSTER NODES has it. */
export type ClusterNode = {
  id: string;
  port: number;
  isPrimary: boolean;
  /** First and last slot of each range; none for a replica. */
  ranges: [number, number][];
};

/** `ID IP:PORT@BUS[,HOST] FLAGS PRIMARY PING PONG EPOCH LINK SLOTS…`: https://redis.io/docs/latest/commands/cluster-nodes */
export function parseClusterNodes(text: string): ClusterNode[] {
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      const [id = "", address = "", flags = "", , , , , , ...slots] = line.split(" ");
      const ranges = slots.filter((slot) => !slot.startsWith("[")); // Those in brackets are on the move.
      return {
        id,
        port: Number(/:(\d+)@/.exec(address)?.[1]),
        isPrimary: flags.split(",").includes("master"),
        ranges: ranges.map((range) => {
          const [first = "", last = first] = range.split("-");
          return [Number(first), Number(last)];
        }),
      };
    });
}
