import { sealData, unsealData } from "iron-session";
import { processState } from "../process-state.ts";
import { parseSessionId, type SessionId } from "../session-id.ts";

// What iron-webcrypto writes and iron-session ends: seven parts, all of them of these characters, then its version.
// Checked before any cryptography, so that a malformed cookie costs next to nothing; the seal of a session ID is about
// 300 characters long. The last part is a MAC of 32 bytes: of the four spellings of its last character, one is
// canonical. It holds the ID of the password and the seal's end; a seal without an end is none of ours.
const SEAL =
  /^Fe26\.2\*(\d{1,10})\*[0-9a-f]{64}\*[\w-]{22}\*[\w-]{40,200}\*(\d{1,15})\*[0-9a-f]{64}\*[\w-]{42}[AEIMQUYcgkosw048]~2$/;

/**
 * What a seal is for: the sessions of browsers, or something of the app's own. No seal passes for another purpose's.
 */
export type SealPurpose = string;

export const SESSION_PURPOSE: SealPurpose = "session";

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

/**
 * The session ID in a seal of this purpose that one of the secrets opens, else `null`. Opening one costs about 700 µs;
 * one that was opened before is known. Never throws for what a client sent.
 */
export async function openSeal(
  seal: string,
  purpose: SealPurpose,
  secrets: readonly string[],
): Promise<SessionId | null> {
  const { knownIds } = processState();
  const known = knownIds.openedSeal(`${purpose} ${seal}`);
  // The seal of a dropped secret must not open, and an expired one is opened again to report that.
  if (known && secrets.includes(known.secret) && known.expiresAt > Date.now()) return known.id;
  const [, passwordId = "", expiry] = SEAL.exec(seal) ?? [];
  if (expiry === undefined) return null;
  const { opening } = await passwordsOf(secrets);
  const id = sealedId(await unsealData(seal, { password: opening }), purpose);
  const secret = opening[passwordId];
  // The seal holds its own end.
  if (id && secret) knownIds.rememberSeal(`${purpose} ${seal}`, { id, secret, expiresAt: Number(expiry) });
  return id;
}

/** The key of the one field says what the seal is for. */
function sealedId(content: unknown, purpose: SealPurpose): SessionId | null {
  if (typeof content !== "object" || content === null) return null;
  const [[name, id] = [], ...more] = Object.entries(content);
  return name === purpose && more.length === 0 ? parseSessionId(id) : null;
}

/**
 * `unknown-secret`: sealed with one that is not listed, dropped or invented. `no-session-in-it`: it names a secret of
 * ours and does not open with it, or was made for something else.
 */
export type SealRefusal = "unknown-secret" | "no-session-in-it";

/**
 * Why a text did not open that looks like a seal; `null` for what does not look like one, and for a seal whose own end
 * has come, which is no attack.
 */
export async function sealRefusal(text: string, secrets: readonly string[]): Promise<SealRefusal | null> {
  const [, passwordId, expiry] = SEAL.exec(text) ?? [];
  if (passwordId === undefined || Number(expiry) <= Date.now()) return null;
  const { opening } = await passwordsOf(secrets);
  return Object.hasOwn(opening, passwordId) ? "no-session-in-it" : "unknown-secret";
}

const derived = new WeakMap<readonly string[], Promise<Passwords>>();

function passwordsOf(secrets: readonly string[]): Promise<Passwords> {
  const passwords = derived.get(secrets) ?? derivePasswords(secrets);
  derived.set(secrets, passwords);
  return passwords;
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
