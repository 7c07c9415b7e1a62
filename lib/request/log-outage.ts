import type { StoreUnavailable } from "@/lib/session/session-store";
import type { Visit } from "./visit";

/** Tells the operator that a request could not reach Redis. */
export function logOutage({ audit }: Visit, { operation, reason }: StoreUnavailable): void {
  // Nobody to hash: it is written at once.
  void audit.tell("store-unavailable", { operation, reason });
}
