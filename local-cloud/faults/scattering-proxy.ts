import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { z } from "zod";
import { listen } from "../processes/listen";

/**
 * What becomes of one command: done and answered; done, with its answer lost; never done; or done so late that whoever asked
 * has been told that it failed.
 */
export type Fate = "done" | "answer-lost" | "refused" | "late";

/** For one request: the order in which its commands are done, with `"meanwhile"` for what somebody else does in between. */
export interface Scattering {
  readonly order: readonly (number | "meanwhile")[];
  /** By command. Default: done. */
  readonly fates: Readonly<Record<number, Fate>>;
}

export interface ScatteringProxy {
  readonly url: string;
  /** How many commands each request brought, in order, since the last `reset`; those aside do not count. */
  readonly requests: readonly number[];
  /** Counts anew; of the requests to come, the one at this place is scattered. */
  reset(at?: number, scattering?: Scattering, meanwhile?: () => Promise<unknown>): void;
  /** Does what is late, and says how much that was. */
  releaseLate(): Promise<number>;
  close(): Promise<void>;
}

interface Plan {
  readonly at: number;
  readonly scattering: Scattering;
  meanwhile(): Promise<unknown>;
}

const pipeline = z.array(z.unknown());

/**
 * For tests: a gateway before a Redis Cluster at its worst. The commands of one request are done by different nodes, so in any
 * order, with anything in between, and each of them may fail alone. Each is sent to the gateway behind as a request of its own.
 *
 * @param isAside which commands come along with some requests and not with others: they are done, before the others
 */
export async function startScatteringProxy(
  target: string,
  isAside: (command: unknown) => boolean = () => false,
): Promise<ScatteringProxy> {
  let requests: number[] = [];
  let plan: Plan | undefined;
  let late: (() => Promise<unknown>)[] = [];

  async function pass(path: string, authorization: string, body: string): Promise<Response> {
    return fetch(target + path, { method: "POST", headers: { authorization }, body });
  }

  async function scatter(commands: unknown[], authorization: string, { scattering, meanwhile }: Plan) {
    const { order, fates } = scattering;
    const run = async (command: unknown) => {
      const answer = await pass("/pipeline", authorization, JSON.stringify([command]));
      return pipeline.parse(await answer.json())[0];
    };
    const answers = new Map<unknown, unknown>();
    for (const command of commands.filter(isAside)) answers.set(command, await run(command));
    const scattered = commands.filter((command) => !isAside(command));
    for (const at of order) {
      if (at === "meanwhile") {
        await meanwhile();
        continue;
      }
      const fate = fates[at] ?? "done";
      const command = scattered[at];
      if (fate === "late") late.push(() => run(command));
      const result = fate === "late" || fate === "refused" ? null : await run(command);
      answers.set(command, fate === "done" ? result : { error: "CLUSTERDOWN The cluster is down" });
    }
    return commands.map((command) => answers.get(command));
  }

  const server = createServer(async (request, response) => {
    const body = (await buffer(request)).toString();
    const { authorization = "" } = request.headers;
    const path = request.url ?? "/";
    const commands = path === "/pipeline" ? pipeline.parse(JSON.parse(body)) : [];
    const count = commands.filter((command) => !isAside(command)).length;
    const at = requests.push(count) - 1;
    response.setHeader("content-type", "application/json");
    // Of as many commands: a server may be tidying up after an earlier request.
    if (plan && at >= plan.at && count === plan.scattering.order.length - 1) {
      const planned = plan;
      plan = undefined;
      response.end(JSON.stringify(await scatter(commands, authorization, planned)));
      return;
    }
    const answer = await pass(path, authorization, body);
    response.writeHead(answer.status).end(await answer.text());
  });
  const port = await listen(server, 0);
  return {
    url: `http://127.0.0.1:${port}`,
    get requests() {
      return requests;
    },
    reset(at, scattering, meanwhile = async () => {}) {
      requests = [];
      plan = at === undefined || !scattering ? undefined : { at, scattering, meanwhile };
    },
    async releaseLate() {
      const released = late;
      late = [];
      for (const run of released) await run();
      return released.length;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Every order of so many commands, with `"meanwhile"` at every place among them. */
export function allOrders(commands: number): (number | "meanwhile")[][] {
  const items: (number | "meanwhile")[] = ["meanwhile", ...Array(commands).keys()];
  return permutationsOf(items);
}

function permutationsOf<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((first, at) => permutationsOf(items.toSpliced(at, 1)).map((rest) => [first, ...rest]));
}
