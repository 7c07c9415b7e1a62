import { newVisitor } from "@/deploy/check/visitor";
import { cookieOf } from "../cost/cases";

export interface Race {
  /** Changes that were there afterwards. */
  readonly kept: number;
  /** Writers who got a confirmation. */
  readonly confirmed: number;
  /** REST requests for all of them; null where there are none to count. */
  readonly requests: number | null;
  readonly ms: number;
}

/** Writers of one kind of session. */
export interface Writers {
  readonly name: string;
  /** This many change one fresh session at the same moment, on all servers in turn. */
  race(writers: number): Promise<Race>;
}

interface Site {
  readonly name: string;
  readonly origins: readonly string[];
  /** Begins a session with one item in its cart. */
  readonly begin: string;
  readonly add: string;
  readonly cart: string;
  readonly requestsOf: (work: () => Promise<unknown>) => Promise<number | null>;
}

const asOwnPage = { "content-type": "application/json", "sec-fetch-site": "same-origin" };

export function ourWriters(origins: readonly string[], requestsOf: Site["requestsOf"]): Writers {
  return writersOf({
    name: "Carryover",
    origins,
    begin: "/api/cart/add",
    add: "/api/cart/add",
    cart: "/api/cart",
    requestsOf,
  });
}

export function expressWriters(origins: readonly string[]): Writers {
  return writersOf({
    name: "express-session + connect-redis",
    origins,
    begin: "/session",
    add: "/add",
    cart: "/session",
    async requestsOf(work) {
      await work();
      return null;
    },
  });
}

function writersOf({ name, origins, begin, add, cart, requestsOf }: Site): Writers {
  const [first = ""] = origins;
  return {
    name,
    async race(writers) {
      const visitor = newVisitor(first);
      await visitor.send(begin, { sku: "tote" });
      const cookie = cookieOf(visitor.cookies);
      const write = async (at: number) => {
        const headers = { ...asOwnPage, cookie };
        const body = JSON.stringify({ sku: "tote" });
        const response = await fetch(origins[at % origins.length] + add, { method: "POST", headers, body });
        await response.arrayBuffer();
        return response.ok;
      };
      let confirmed = 0;
      let ms = 0;
      const all = async () => {
        const startedMs = performance.now();
        const answers = await Promise.all(Array.from({ length: writers }, (_, at) => write(at)));
        ms = performance.now() - startedMs;
        confirmed = answers.filter(Boolean).length;
      };
      const requests = await requestsOf(all);
      return {
        kept: itemsIn(await (await fetch(first + cart, { headers: { cookie } })).json()) - 1,
        confirmed,
        requests,
        ms,
      };
    },
  };
}

/** The first line's quantity, in either store's JSON. */
function itemsIn(json: { cart?: { lines: Lines }; lines?: Lines }): number {
  return (json.cart?.lines ?? json.lines)?.[0]?.quantity ?? 0;
}

type Lines = readonly { readonly quantity: number }[];
