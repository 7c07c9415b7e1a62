import { logEvent } from "@/lib/log";
import type { StoreUnavailable } from "@/lib/session/session-store";
import { instanceName } from "./instance";

/** Tells the operator that a request could not reach Redis. */
export function logOutage({ operation, reason }: StoreUnavailable): void {
  logEvent("store-unavailable", { operation, reason, server: instanceName() });
}
