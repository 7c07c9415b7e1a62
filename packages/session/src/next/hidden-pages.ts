import type { User } from "../define-session.ts";
import { decodeText } from "../redis/scripts/read-session.ts";
import { StoreUnavailable } from "../store.ts";
import type { Handover } from "./handover-sign.ts";
import type { RequestContext, SessionContext } from "./request-context.ts";

/** Pages that are there for some users. For everybody else their addresses are like any without a page. */
export interface HiddenPages {
  /** Their addresses. The page of `/admin` is `/_hidden/admin` in the app, thus the file `app/%5Fhidden/admin/page.tsx`. */
  readonly pages: readonly string[];
  /**
   * Whether they are there for this user, who is signed in. Asked at each request for one of them, with the way to Redis
   * within the request's deadline. An early answer: the pages guard themselves.
   *
   * @throws StoreUnavailable they are there for nobody then
   */
  isShownTo(user: User, context: Pick<RequestContext, "redis" | "keys">): Promise<boolean>;
}

// Next tells every client which page a middleware has rewritten a request to (`x-middleware-rewrite`, and for the router
// `x-nextjs-rewritten-path`; 16.4.6). So it is the page that is out of reach, and who may see it is led there: a request
// that was led away from it would say so.
const FOLDER = "/_hidden";

/**
 * Whether it is an address within the app: of Next's own pages, such as `/_global-error`, and of hidden ones. Next takes
 * an escaped underscore for a plain one.
 */
export function isInternal({ pathname }: URL): boolean {
  return /^\/(?:_|%5f)/i.test(pathname);
}

interface Asked {
  readonly url: URL;
  /** The session of the request. */
  readonly found: Handover;
  readonly hidden: HiddenPages | undefined;
}

/**
 * The hidden page at this address as a path in the app, with its query, if it is there for whoever asks; and what of the
 * deadline it took to find out.
 */
export async function findHiddenPage<D>(
  { env, audit, setup }: SessionContext<D, unknown>,
  { url: { pathname, search }, found, hidden }: Asked,
): Promise<{ readonly page: string | null; readonly spentMs: number }> {
  const isHidden = hidden?.pages.includes(pathname) && found.state === "live";
  const user = isHidden ? decodeText(setup.codec, found.text)?.session.user : null;
  if (!hidden || !user) return { page: null, spentMs: 0 };
  // A way to Redis of its own: what is asked on the request's stands in `server-timing`, for everybody to read.
  const { redis, keys } = setup.open({ env, audit, spentMs: found.spentMs });
  let isShown = false;
  try {
    isShown = await hidden.isShownTo(user, { redis, keys });
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    audit.outage(error);
  }
  return { page: isShown ? FOLDER + pathname + search : null, spentMs: redis.spentMs };
}
