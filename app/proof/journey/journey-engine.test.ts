import { expect, test, vi } from "vitest";
import { parseSession } from "../../_session/store/parsed-session";
import type { Answer } from "./answer";
import { createJourney } from "./journey-engine";
import { untimed } from "./server-timing";

const body = {
  session: {
    handle: "0123456789ab",
    profile: { theme: "light" },
    cart: { lines: [] },
    views: { a: 1 },
    idleSeconds: 60,
    ttlSeconds: 60,
  },
};
const answers = {
  done: { status: 200, body },
  cart: { status: 200, body: { lines: [] } },
  outage: { status: 503, body: { code: "unavailable" } },
  cutOff: { status: 502, body: null },
  gone: { status: 401, body: { code: "no-session" } },
  absent: { status: 200, body: { state: "absent" } },
} as const;

/** A journey whose servers answer as the script says, and then as its last word. */
function journeyOf(
  script: (keyof typeof answers)[],
  initial: Parameters<typeof createJourney>[0]["initial"],
) {
  const asked: string[] = [];
  const keys: (string | undefined)[] = [];
  const rests: number[] = [];
  const journey = createJourney({
    initial,
    nowMs: () => 0,
    rest: async (ms) => {
      rests.push(ms);
    },
    ask: async (path, _fields, key): Promise<Answer> => {
      asked.push(path);
      keys.push(key);
      const next = script.length > 1 ? script.shift() : script[0];
      return { servedBy: "a", servedSince: null, timing: untimed, tookMs: 1, ...answers[next ?? "done"] };
    },
  });
  const ends = () => vi.waitUntil(() => journey.get().mode === "resting");
  return { journey, asked, keys, rests, ends };
}

const session = parseSession(body) ?? null;

test("a visitor's first press begins a session and counts into it", async () => {
  const { journey, asked, ends } = journeyOf(["cart", "done"], null);
  journey.send();
  await ends();
  expect(asked).toEqual(["/api/cart/add", "/api/session/views"]);
  expect(journey.get()).toMatchObject({ presence: "live", requests: 2, failed: 0, sameFor: 1 });
});

test("in an outage one press asks every second until it is answered", async () => {
  const { journey, rests, ends } = journeyOf(["outage", "outage", "done"], session);
  journey.send();
  await ends();
  expect(rests).toEqual([1000, 1000]);
  expect(journey.get()).toMatchObject({ requests: 3, failed: 2, lost: 0, trouble: null, sameFor: 1 });
});

test("a change without an answer is sent again with its key, and the next one has another", async () => {
  const { journey, keys, ends } = journeyOf(["outage", "outage", "done"], session);
  journey.send();
  await ends();
  journey.send();
  await ends();
  expect(keys).toEqual([keys[0], keys[0], keys[0], keys[3]]);
  expect(keys[0]).toMatch(/^[\w-]{22}$/);
  expect(keys[3]).not.toBe(keys[0]);
});

test("a change that was cut off is not sent again by itself", async () => {
  const { journey, asked, ends } = journeyOf(["cutOff", "done"], session);
  journey.send();
  await ends();
  expect(asked).toHaveLength(1);
  expect(journey.get()).toMatchObject({ failed: 1, trouble: "server", session });
});

test("it keeps sending until it is paused", async () => {
  const { journey, ends } = journeyOf(["done"], session);
  journey.keepSending();
  await vi.waitUntil(() => journey.get().requests >= 5);
  journey.pause();
  await ends();
  expect(journey.get().failed).toBe(0);
});

test("a session that ended is inspected once and ends the journey, and no other is begun for it", async () => {
  const { journey, asked, ends } = journeyOf(["gone", "absent", "done"], session);
  journey.keepSending();
  await ends();
  expect(asked).toEqual(["/api/session/views", "/api/proof"]);
  expect(journey.get()).toMatchObject({ presence: "none", lost: 1 });
});

test("a page that was made in an outage asks for the session before it begins one", async () => {
  const { journey, asked, ends } = journeyOf(["outage", "done"], "unavailable");
  journey.send();
  await ends();
  expect(asked).toEqual(["/api/session/views", "/api/session/views"]);
  expect(journey.get()).toMatchObject({ presence: "live", lost: 0 });
});
