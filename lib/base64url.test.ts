import { expect, it } from "vitest";
import { decodeBase64url, encodeBase64url } from "./base64url";

it("writes every byte at every length as Node's own base64url does, and reads it back", () => {
  const all = Uint8Array.from({ length: 256 }, (_, at) => at);
  for (let length = 0; length <= 256; length++) {
    const bytes = all.slice(256 - length);
    const text = encodeBase64url(bytes);
    expect(text).toBe(Buffer.from(bytes).toString("base64url"));
    expect(decodeBase64url(text)).toEqual(bytes);
  }
});
