import type { OutgoingHttpHeaders } from "node:http";

/** One request that tries to get past the guards. */
export interface Attempt {
  readonly name: string;
  readonly method: string;
  /** The request target as it goes over the wire. */
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  /** HTTP/1.0, without a Host. */
  readonly isHttp10?: boolean;
  /** Next itself may answer 500, before anything of ours runs. */
  readonly failsInNext?: boolean;
}
