import { createHash, timingSafeEqual } from "node:crypto";

/** Whether an Authorization header carries this token, in a time that does not depend on how much of it is right. */
export function hasBearerToken(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer +(.*)$/i.exec(authorization ?? "")?.[1];
  return given !== undefined && isToken(given, token);
}

/** Whether this is the token, likewise. */
export function isToken(given: string, token: string): boolean {
  return timingSafeEqual(digest(given), digest(token));
}

// Digests have one length, which timingSafeEqual demands.
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
