import type { StoreUnavailable } from "../session-store.ts";
import type { Visit } from "./visit.ts";

/** Tells the operator that a request could not reach Redis. */
export function logOutage({ audit }: Visit, { operation, reason }: StoreUnavailable): void {
  // Nobody to hash: it is written at once.
  void audit.tell("store-unavailable", { operation, reason });
}
