import { passOn, startFakeGateway, type TestEnv } from "./test-env.ts";

/** What came in through a {@link CountingGateway}. */
export interface Entry {
  readonly path: string;
  readonly commands: number;
}

/**
 * A server before the real gateway, below the path `/below`, which counts what comes in and over how many connections.
 */
export interface CountingGateway {
  readonly url: string;
  readonly entries: readonly Entry[];
  readonly connections: number;
  /** Begins to count anew. */
  reset(): void;
  close(): Promise<void>;
}

export async function startCountingGateway({ cloud }: TestEnv): Promise<CountingGateway> {
  let entries: Entry[] = [];
  let connectionsBefore = 0;
  const front = await startFakeGateway(async (body, path, headers) => {
    entries.push({ path, commands: JSON.parse(body).length });
    return passOn(cloud, body, path.replace("/below", ""), headers);
  });
  return {
    url: `${front.url}/below/`,
    get entries() {
      return entries;
    },
    get connections() {
      return front.connections - connectionsBefore;
    },
    reset() {
      entries = [];
      connectionsBefore = front.connections;
    },
    close: () => front.close(),
  };
}

/** Later in the same turn of the event loop: so many ticks. */
export async function ticks(count: number): Promise<void> {
  for (let tick = 0; tick < count; tick++) await Promise.resolve();
}
