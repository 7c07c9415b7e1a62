import { sealedCookie } from "./sealed-cookie.ts";

/**
 * The visitor's cookie. It is written for the time to the session's absolute end: the idle timeout is Redis' alone, so
 * the cookie need not be written again while it slides.
 *
 * A `__Host-` name needs Secure, Path=/ and no Domain (RFC 6265bis 4.1.3.2), so that no other host or path can plant it.
 */
export const sessionCookie = sealedCookie({ purpose: "session", prefix: "__Host-", path: "/" });
