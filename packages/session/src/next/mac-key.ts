/** A key for HMAC-SHA-256, of the SHA-256 of a text that says what it is for and holds a secret. */
export async function macKey(text: string): Promise<CryptoKey> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}
