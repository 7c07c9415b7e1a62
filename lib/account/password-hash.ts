import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { availableParallelism } from "node:os";
import { type BoundedQueue, boundedQueue } from "./bounded-queue";
import { normalizePassword } from "./password";

// OWASP Password Storage Cheat Sheet, scrypt: N=2^14, r=8, p=5 is as strong as N=2^17, p=1, in 16 MiB instead of
// 128, so that it fits the small memories of serverless functions.
const COST = { N: 2 ** 14, r: 8, p: 5 } as const;
const KEY_BYTES = 32;
const SALT_BYTES = 16;

// libuv has four threads, and Web Crypto, DNS and files use them as well: with two of them hashing, the seals and signatures
// of all other requests still find one. https://docs.libuv.org/en/v1.x/threadpool.html
const MAX_RUNNING = 2;
// Those that are computed and those that wait. The last in line waits about a second before its own hash begins.
const MAX_PLACES = 10;
// Half of all places: whoever keeps their own filled without a pause, with many accounts or sessions, shuts out nobody else.
const MAX_EACH = 5;

// On the process and not in this module: what is bundled apart has a copy of it. Workerd computes scrypt at once on its one
// thread, so there nothing ever waits for another request.
const HASHES = Symbol.for("carryover.password-hashes");
const shared: typeof globalThis & { [HASHES]?: { readonly queue: BoundedQueue; refused: number } } =
  globalThis;

/**
 * How many passwords are hashed at once: two at most, and one core is left to everything else. With two of two cores hashing,
 * a signed-in page took four times as long as on a quiet server; with one it takes twice (`npm run bench -- hashes`).
 */
export function hashesAtOnce(cores: number): number {
  return Math.max(1, Math.min(MAX_RUNNING, cores - 1));
}

function hashes() {
  shared[HASHES] ??= { queue: createQueue(), refused: 0 };
  return shared[HASHES];
}

function createQueue(): BoundedQueue {
  const maxRunning = hashesAtOnce(availableParallelism());
  return boundedQueue({ maxRunning, maxWaiting: MAX_PLACES - maxRunning, maxEach: MAX_EACH });
}

/** How many passwords are being hashed, how many wait, and how many this process has refused since it began. */
export function hashLoad(): {
  readonly running: number;
  readonly waiting: number;
  readonly refused: number;
} {
  const { queue, refused } = hashes();
  return { ...queue.load, refused };
}

/** Whether a password that came now from this client would be hashed. Counts it as refused if not. */
export function admitsPassword(client?: string): boolean {
  const isAdmitted = !hashes().queue.isFull(client);
  if (!isAdmitted) hashes().refused++;
  return isAdmitted;
}

/** Too many passwords wait to be hashed, or too many of this client. Nothing was done for this one; in a second there may be room. */
export class HashesBusy extends Error {
  override readonly name = "HashesBusy";
  constructor() {
    super("Too many passwords are being hashed at once.");
  }
}

/**
 * The hash of a password with a new salt, as `scrypt$N$r$p$salt$key` with base64url parts. Takes about 0.2 s of CPU, and its turn:
 * a process computes one or two at once ({@link hashesAtOnce}), and of ten the rest waits.
 *
 * @param client who sent it, such as its address: one client has half of the places at most
 * @throws HashesBusy
 */
export async function hashPassword(password: string, client?: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, { salt, cost: COST, client });
  return ["scrypt", COST.N, COST.r, COST.p, salt.toString("base64url"), key.toString("base64url")].join("$");
}

/**
 * Whether the password is the one that was hashed. With `null`, for a user that does not exist, the same work is done
 * and the answer is no, so that the time does not show whether the user exists. So it is for a text that is no hash. It takes its turn like
 * {@link hashPassword}.
 *
 * @throws HashesBusy
 */
export async function verifyPassword(
  password: string,
  passwordHash: string | null,
  client?: string,
): Promise<boolean> {
  const hash = passwordHash === null ? null : parseHash(passwordHash);
  if (!hash) {
    await derive(password, { salt: Buffer.alloc(SALT_BYTES), cost: COST, client });
    return false;
  }
  return timingSafeEqual(await derive(password, { ...hash, client }), hash.key);
}

const HASH = /^scrypt\$(\d{1,7})\$(\d{1,2})\$(\d{1,2})\$([\w-]{16,64})\$([\w-]{43})$/;

function parseHash(text: string): { cost: Cost; salt: Buffer; key: Buffer } | null {
  const [, N, r, p, salt, key] = HASH.exec(text) ?? [];
  if (!salt || !key) return null;
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  // What scrypt itself asks of its costs (RFC 7914, section 6): it would throw.
  if (cost.N < 2 || !Number.isInteger(Math.log2(cost.N)) || cost.r < 1 || cost.p < 1) return null;
  return { cost, salt: Buffer.from(salt, "base64url"), key: Buffer.from(key, "base64url") };
}

interface Cost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

interface Derivation {
  readonly salt: Buffer;
  readonly cost: Cost;
  readonly client: string | undefined;
}

async function derive(password: string, { salt, cost, client }: Derivation): Promise<Buffer> {
  // Twice what RFC 7914 needs: p blocks of 128 r bytes, N more for the table, and two to work in.
  const options: ScryptOptions = { ...cost, maxmem: 2 * 128 * cost.r * (cost.N + cost.p + 2) };
  const { queue } = hashes();
  const hashing = queue.tryRun(
    () =>
      new Promise<Buffer>((resolve, reject) => {
        scrypt(normalizePassword(password), salt, KEY_BYTES, options, (error, key) => {
          if (error) reject(error);
          else resolve(key);
        });
      }),
    client,
  );
  if (hashing) return hashing;
  hashes().refused++;
  throw new HashesBusy();
}
