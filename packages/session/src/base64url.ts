/** Bytes, some ten thousand at most, as base64url without padding (RFC 4648, section 5), on every runtime. */
export function encodeBase64url(bytes: Uint8Array): string {
  // Not byte by byte: in the edge sandbox each look at a global is dear.
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}
