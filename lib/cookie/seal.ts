import { sealData, unsealData } from "iron-session";
import { z } from "zod/mini";
import { parseSessionId, type SessionId } from "@/lib/session/session-id";

// What iron-webcrypto writes and iron-session ends: seven parts, all of them of these characters, then its version.
// Checked before any cryptography, so that a malformed cookie costs next to nothing; the seal of a session ID is about
// 300 characters long. The last part is a MAC of 32 bytes: of the four spellings of its last character, one is canonical.
const SEAL =
  /^Fe26\.2\*\d{1,10}\*[0-9a-f]{64}\*[\w-]{22}\*[\w-]{40,200}\*\d{0,15}\*[0-9a-f]{64}\*[\w-]{42}[AEIMQUYcgkosw048]~2$/;

// The key of the one field says what the seal is for: another purpose's seal is no session's.
const sealed = {
  session: z.pipe(
    z.strictObject({ session: z.string() }),
    z.transform(({ session }) => session),
  ),
  race: z.pipe(
    z.strictObject({ race: z.string() }),
    z.transform(({ race }) => race),
  ),
};

/** What a seal is for: a visitor's session, or a scratch session of the proof's races. */
export type SealPurpose = keyof typeof sealed;

/** Passwords by ID, as iron-session wants them: IDs are integers, and it seals with the highest. */
interface Passwords {
  /** The newest secret alone: what new seals are made with. */
  readonly sealing: Record<string, string>;
  /** All of them: what old seals are opened with. */
  readonly opening: Record<string, string>;
}

/** Seals a session ID for a purpose and `ttlSeconds` with the newest secret. */
export async function sealSessionId(
  id: SessionId,
  { purpose, secrets, ttlSeconds }: { purpose: SealPurpose; secrets: readonly string[]; ttlSeconds: number },
): Promise<string> {
  const { sealing } = await passwordsOf(secrets);
  return sealData({ [purpose]: id }, { password: sealing, ttl: ttlSeconds });
}

/** The session ID in a seal of this purpose that one of the secrets opens, else `null`. Never throws for what a client sent. */
export async function openSeal(
  seal: string,
  purpose: SealPurpose,
  secrets: readonly string[],
): Promise<SessionId | null> {
  if (!SEAL.test(seal)) return null;
  const { opening } = await passwordsOf(secrets);
  // The seal carries its own end.
  const id = sealed[purpose].safeParse(await unsealData(seal, { password: opening }));
  return id.success ? parseSessionId(id.data) : null;
}

let memory: { secrets: readonly string[]; passwords: Promise<Passwords> } | undefined;

function passwordsOf(secrets: readonly string[]): Promise<Passwords> {
  if (memory?.secrets !== secrets) memory = { secrets, passwords: derivePasswords(secrets) };
  return memory.passwords;
}

async function derivePasswords(secrets: readonly string[]): Promise<Passwords> {
  const entries = await Promise.all(
    secrets.map(async (secret) => [await passwordId(secret), secret] as const),
  );
  return { sealing: Object.fromEntries(entries.slice(0, 1)), opening: Object.fromEntries(entries) };
}

/** 31 bits of a hash of the secret: the same ID wherever the secret stands in the list, and no help in guessing it. */
async function passwordId(secret: string): Promise<string> {
  const digest = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(`seal password id ${secret}`),
  );
  return String(new DataView(digest).getUint32(0) >>> 1);
}
