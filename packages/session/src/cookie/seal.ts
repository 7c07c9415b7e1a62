import { sealData, unsealData } from "iron-session";
import { z } from "zod/mini";
import { boundedMemory } from "../process-state.ts";
import { parseSessionId, type SessionId } from "../session-id.ts";

// What iron-webcrypto writes and iron-session ends: seven parts, all of them of these characters, then its version.
// Checked before any cryptography, so that a malformed cookie costs next to nothing; the seal of a session ID is about
// 300 characters long. The last part is a MAC of 32 bytes: of the four spellings of its last character, one is canonical.
// It holds the ID of the password and the seal's end; a seal without an end is none of ours.
const SEAL =
  /^Fe26\.2\*(\d{1,10})\*[0-9a-f]{64}\*[\w-]{22}\*[\w-]{40,200}\*(\d{1,15})\*[0-9a-f]{64}\*[\w-]{42}[AEIMQUYcgkosw048]~2$/;

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
  const { sealing } = await memoryOf(secrets).passwords;
  return sealData({ [purpose]: id }, { password: sealing, ttl: ttlSeconds });
}

/**
 * The session ID in a seal of this purpose that one of the secrets opens, else `null`. Opening one costs about 700 µs; one
 * that was opened before is known. Never throws for what a client sent.
 */
export async function openSeal(
  seal: string,
  purpose: SealPurpose,
  secrets: readonly string[],
): Promise<SessionId | null> {
  const { passwords, opened } = memoryOf(secrets);
  const known = opened[purpose].get(seal);
  if (known) return known;
  const [, , expiry] = SEAL.exec(seal) ?? [];
  if (expiry === undefined) return null;
  const { opening } = await passwords;
  // The seal carries its own end.
  const found = sealed[purpose].safeParse(await unsealData(seal, { password: opening }));
  const id = found.success ? parseSessionId(found.data) : null;
  if (id) opened[purpose].set(seal, id, Number(expiry));
  return id;
}

/**
 * `unknown-secret`: sealed with one that is not listed, dropped or invented. `no-session-in-it`: it names a secret of ours and
 * does not open with it, or was made for something else.
 */
export type SealRefusal = "unknown-secret" | "no-session-in-it";

/**
 * Why a text did not open that looks like a seal; `null` for what does not look like one, and for a seal whose own end has
 * come, which is nobody's fault.
 */
export async function sealRefusal(text: string, secrets: readonly string[]): Promise<SealRefusal | null> {
  const [, passwordId, expiry] = SEAL.exec(text) ?? [];
  if (passwordId === undefined || Number(expiry) <= Date.now()) return null;
  const { opening } = await memoryOf(secrets).passwords;
  return Object.hasOwn(opening, passwordId) ? "no-session-in-it" : "unknown-secret";
}

/** What belongs to a list of secrets, and goes with it: a seal of a secret that was dropped is known to nobody. */
interface Memory {
  readonly secrets: readonly string[];
  readonly passwords: Promise<Passwords>;
  readonly opened: Readonly<Record<SealPurpose, OpenedSeals>>;
}

let memory: Memory | undefined;

function memoryOf(secrets: readonly string[]): Memory {
  if (memory?.secrets !== secrets) {
    const opened = { session: openedSeals(), race: openedSeals() };
    memory = { secrets, passwords: derivePasswords(secrets), opened };
  }
  return memory;
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

/** How many seals are known at once: about 6 MB of them. */
export const MAX_OPENED = 10_000;

/** Seals that were opened, with what was in them; each until its own end. What became of the session, Redis is asked every time. */
export interface OpenedSeals {
  get(seal: string): SessionId | undefined;
  /** @param expiresAt the seal's own end in epoch milliseconds; one that is over is not kept */
  set(seal: string, id: SessionId, expiresAt: number): void;
}

export function openedSeals(max = MAX_OPENED): OpenedSeals {
  const seals = boundedMemory<{ readonly id: SessionId; readonly expiresAt: number }>(max);
  return {
    get(seal) {
      const found = seals.get(seal);
      if (!found) return undefined;
      if (found.expiresAt > Date.now()) return found.id;
      // At its end it is for whoever opens it to say what that means.
      seals.delete(seal);
      return undefined;
    },
    set(seal, id, expiresAt) {
      if (expiresAt > Date.now()) seals.set(seal, { id, expiresAt });
    },
  };
}
