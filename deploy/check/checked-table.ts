import type { Weight } from "@/deploy/hosts/host";
import { table } from "@/deploy/table";
import type { Checked } from "./check-host";
import { showBytes } from "./show-bytes";

const HEAD = ["host", "build", "size", "first answer", "requests to Redis a page", "tests"];
const NOT_REACHED = "–";

/** What was found of each host. */
export function checkedTable(all: readonly Checked[]): string {
  return table(HEAD, all.map(rowOf));
}

function rowOf(checked: Checked): string[] {
  const { host, buildSeconds, weights, firstAnswerMs, requestsAPage, passed, failures } = checked;
  return [
    host.label,
    buildSeconds === undefined ? NOT_REACHED : `${buildSeconds.toFixed(0)} s`,
    weights?.map(weight).join(", ") ?? NOT_REACHED,
    firstAnswerMs === undefined ? NOT_REACHED : `${(firstAnswerMs / 1_000).toFixed(2)} s`,
    `${requestsAPage ?? NOT_REACHED}`,
    `${passed} passed, ${failures.length} failed`,
  ];
}

function weight({ what, bytes, isCompressed, limitBytes }: Weight): string {
  return `${what} ${showBytes(bytes)}${isCompressed ? " gzip" : ""}${limitBytes ? ` (of ${showBytes(limitBytes)})` : ""}`;
}
