import { z } from "zod/mini";
import { isRepetition, type RequestDigest } from "./request-digest.ts";

/** How many requests a session remembers, and for how long: longer than a proxy or a browser takes to send one again. */
export const MAX_REQUESTS = 8;
const REMEMBERED_MS = 10_000;

/** A request that a session remembers: its digest's key and content, and when it was made, by the store's clock. */
export type RememberedRequest = readonly [key: string, content: string, atMs: number];

const remembered = z.tuple([z.string().check(z.maxLength(64)), z.string().check(z.maxLength(64)), z.int()]);

/** The requests in a stored session's field; what is none is left out. */
export function parseRequests(field: unknown): RememberedRequest[] {
  if (!Array.isArray(field)) return [];
  return field.flatMap((each) => {
    const { data } = remembered.safeParse(each);
    return data ? [data] : [];
  });
}

/** Those that are remembered still at `nowMs`. */
export function freshRequests(requests: readonly RememberedRequest[], nowMs: number): RememberedRequest[] {
  return requests.filter(([, , atMs]) => nowMs - atMs <= REMEMBERED_MS);
}

/** With one more at the end. */
export function rememberRequest(
  requests: readonly RememberedRequest[],
  { key, content }: RequestDigest,
  nowMs: number,
): RememberedRequest[] {
  return [...requests, [key, content, nowMs] as const].slice(-MAX_REQUESTS);
}

/** Whether the request was made before. @throws IdempotencyKeyReused */
export function wasMade(requests: readonly RememberedRequest[], request: RequestDigest | undefined): boolean {
  return requests.some(([key, content]) => isRepetition({ key, content }, request));
}
