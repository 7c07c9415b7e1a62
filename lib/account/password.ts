import { z } from "zod/mini";

const SHORTEST = 8;
const LONGEST = 128;

/**
 * The text that every rule looks at and that is hashed. NIST SP 800-63B asks for it: one keyboard sends "é" as one
 * character and another as two, and full-width letters are the same letters.
 */
export function normalizePassword(text: string): string {
  return text.normalize("NFKC");
}

/** A password to be chosen, or to sign in with: normalised, then 8 to 128 characters, counted by code point. */
export const password = z.pipe(
  z.pipe(z.string(), z.transform(normalizePassword)),
  z.string().check(
    z.refine((text) => [...text].length >= SHORTEST, {
      error: "A password has 8 characters or more.",
      params: { reason: "short" },
    }),
    z.refine((text) => [...text].length <= LONGEST, {
      error: "A password has 128 characters or fewer.",
      params: { reason: "long" },
    }),
  ),
);
