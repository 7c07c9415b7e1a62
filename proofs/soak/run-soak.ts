import { startTestEnv } from "@carryover/session/internal/testing/test-env";
import type { Fault } from "@/local-cloud/faults/fault";
import { startFaultProxy } from "@/local-cloud/faults/fault-proxy";
import { poll } from "@/local-cloud/processes/poll";
import { type Numbers, record } from "../support/record";
import type { Skew } from "../support/skewed-clock";
import { createSoakBrowser, type SoakBrowser } from "./soak-browser";
import { checkKept, isElsewhere } from "./soak-check";
import { createFullness } from "./soak-fullness";
import type { Owner } from "./soak-ledger";
import { type SoakServer, startSoakServer } from "./soak-server";
import { createVerdict } from "./soak-verdict";

/** The clocks of the servers. */
const SKEWS: readonly Skew[] = [0, 1, -1];
const BROWSERS_A_USER = 2;
/** Browsers that are busy at the same time. */
const LANES = 16;
const DEADLINE_MS = 1000;

const often: readonly Fault[] = [
  "reset-before-send",
  "reset-after-send",
  "reply-lost",
  "truncated",
  "invalid-json",
  { status: 500 },
  { redisError: "LOADING Redis is loading the dataset in memory" },
  { delayMs: 10 },
  { delayMs: 50 },
];
const rarely: readonly Fault[] = ["hang", "hang-after-send"];
const faults = { rate: 0.05, faults: [...often, ...often, ...often, ...rarely] };

export interface Soak {
  readonly summary: string;
  readonly numbers: Numbers;
  readonly notes: readonly string[];
  readonly violations: number;
}

interface SoakOptions {
  readonly seconds: number;
  readonly users: number;
  /** It goes on until it has met so many, on a machine that is too busy for them in that time. */
  readonly leastFaults?: number;
}

/** So many users with two browsers each, on three servers, for so long, while their requests to Redis meet what networks do. */
export async function runSoak({ seconds, users, leastFaults = 0 }: SoakOptions): Promise<Soak> {
  const test = await startTestEnv();
  const proxy = await startFaultProxy({ target: test.cloud.url, seed: Date.now() });
  const servers: SoakServer[] = [];
  try {
    const through = { UPSTASH_REDIS_REST_URL: proxy.url, SESSION_DEADLINE_MS: String(DEADLINE_MS) };
    for (const skew of SKEWS) servers.push(await startSoakServer({ ...test.variables, ...through }, skew));
    const verdict = createVerdict();
    const asked = { requests: 0, repeated: 0, unavailable: 0, refusedWhileFull: 0, endedWhileFull: 0 };
    const redis = createFullness(test.direct);
    const keysSent = new Set<string>();

    const browsers = Array.from({ length: users }, (_, at) => {
      const owner: Owner = { name: `user-${at}`, dead: new Set(), endings: { begun: 0, underWay: 0 } };
      const ofOwner: SoakBrowser[] = Array.from({ length: BROWSERS_A_USER }, () =>
        createSoakBrowser({
          owner,
          verdict,
          isElsewhere: (...each) => isElsewhere(test.direct, ...each),
          async ask(ask) {
            const numbered = { ...ask, number: ++asked.requests };
            if (ask.key !== null && keysSent.has(ask.key)) asked.repeated++;
            if (ask.key !== null) keysSent.add(ask.key);
            const server = servers[Math.floor(Math.random() * servers.length)];
            const wasFull = redis.watch();
            const reply = (await server?.ask(numbered)) ?? { is: "unavailable" };
            if (reply.is === "unavailable") asked[wasFull() ? "refusedWhileFull" : "unavailable"]++;
            if (reply.is === "end" && reply.endedNow && wasFull()) asked.endedWhileFull++;
            return { ask: numbered, reply };
          },
        }),
      );
      for (const browser of ofOwner) browser.siblings.push(...ofOwner.filter((each) => each !== browser));
      return ofOwner;
    }).flat();

    proxy.random(faults);
    const endsAtMs = performance.now() + seconds * 1000;
    const idle = [...browsers];
    const lane = async () => {
      while (performance.now() < endsAtMs || proxy.injected < leastFaults) {
        const [browser] = idle.splice(Math.floor(Math.random() * idle.length), 1);
        await browser?.act();
        if (browser) idle.push(browser);
      }
    };
    const over = new AbortController();
    const filling = redis.fillNowAndThen(over.signal);
    await Promise.all(Array.from({ length: Math.min(LANES, browsers.length) }, lane));
    over.abort();
    await filling;
    proxy.always(null);

    // What nobody waits for any more may still be on its way.
    let before = -1;
    const isLeftAlone = () => {
      const since = test.cloud.gateway.requests - before;
      before += since;
      return since === 0;
    };
    await poll("Redis to be left alone", isLeftAlone, { everyMs: 250 });
    const live = await checkKept(test.direct, browsers, verdict);
    const violations = Object.values(verdict.counts).reduce((sum, count) => sum + count, 0);
    const numbers = {
      seconds,
      users,
      ...asked,
      timesFull: redis.times,
      faults: proxy.injected,
      liveAtTheEnd: live,
      ...verdict.counts,
    };
    const summary = Object.entries(numbers).map(([name, value]) => `${name} ${value}`);
    return { summary: `soak: ${summary.join(", ")}`, numbers, notes: verdict.notes, violations };
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await proxy.close();
    await test.stop();
  }
}

/** Keeps the numbers for the table of proofs. */
export const recordSoak = ({ numbers }: Soak) => record("soak", numbers);
