import { timingSafeEqual } from "node:crypto";

/** Whether an Authorization header carries this token, in a time that does not depend on how much of it is right. */
export function hasBearerToken(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer +(.*)$/i.exec(authorization ?? "")?.[1];
  return given !== undefined && isToken(given, token);
}

/** Whether this is the token, likewise. How long the token is may be seen. */
export function isToken(given: string, token: string): boolean {
  const [givenBytes, tokenBytes] = [Buffer.from(given), Buffer.from(token)];
  return givenBytes.length === tokenBytes.length && timingSafeEqual(givenBytes, tokenBytes);
}
