import { expect, it } from "vitest";
import { encodeBase64url } from "./web-crypto.ts";

it("writes every byte at every length as Node's own base64url does", () => {
  const all = Uint8Array.from({ length: 256 }, (_, at) => at);
  for (let length = 0; length <= 256; length++) {
    const bytes = all.slice(256 - length);
    expect(encodeBase64url(bytes)).toBe(Buffer.from(bytes).toString("base64url"));
  }
});
