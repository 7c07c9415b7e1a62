import { z } from "zod/mini";

/** What the users of a rollout have seen. */
export interface Seen {
  requests: number;
  /** Answers by the server that gave them. */
  readonly byServer: Map<string, number>;
  /** A session that was not the user's own as it had left it: ended, another one, or another cart. */
  readonly lost: string[];
  /** Answers that are no success. */
  readonly failed: string[];
}

const answer = z.object({
  servedBy: z.string(),
  session: z.nullable(
    z.object({
      user: z.nullable(z.object({ name: z.string() })),
      cart: z.object({ quantity: z.int() }),
      views: z.record(z.string(), z.int()),
    }),
  ),
});
const cart = z.object({ quantity: z.int() });

/** A user with one browser, who begins as a visitor or by signing in, and then adds, counts a view and reads, one after the other. */
export async function rolloutUser(
  { url, at, seen }: { readonly url: string; readonly at: number; readonly seen: Seen },
  isOver: () => boolean,
): Promise<void> {
  let cookie = "";
  let [items, views] = [0, 0];
  const name = at % 2 === 0 ? null : `user-${at}`;

  async function ask(method: "GET" | "POST", path: string, fields?: object): Promise<unknown> {
    const response = await fetch(url + path, {
      method,
      headers: { "content-type": "application/json", ...(cookie && { cookie }) },
      ...(fields && { body: JSON.stringify(fields) }),
    });
    seen.requests++;
    const server = response.headers.get("x-served-by") ?? "nobody";
    seen.byServer.set(server, (seen.byServer.get(server) ?? 0) + 1);
    const [line] = response.headers.getSetCookie();
    if (line) cookie = line.split(";")[0] ?? "";
    const text = await response.text();
    if (!response.ok) {
      seen.failed.push(`${method} ${path}: ${response.status} by ${server}`);
      return null;
    }
    return response.headers.get("content-type")?.includes("json") ? JSON.parse(text) : text;
  }

  const add = async () => {
    const { data } = cart.safeParse(await ask("POST", "/api/cart/add", { sku: "tote" }));
    if (data?.quantity !== ++items) seen.lost.push(`user ${at}: ${data?.quantity} items of ${items}`);
  };
  const read = async () => {
    const { data } = answer.safeParse(await ask("GET", "/api/session"));
    const session = data?.session;
    const counted = Object.values(session?.views ?? {}).reduce((sum, each) => sum + each, 0);
    const isOwn =
      session?.cart.quantity === items && counted === views && (session.user?.name ?? null) === name;
    if (!isOwn) seen.lost.push(`user ${at}: not the session that it was, on ${data?.servedBy}`);
  };

  await add();
  if (name) await ask("POST", "/api/register", { username: name, password: "correct horse battery" });
  while (!isOver()) {
    if (items < 900) await add();
    await ask("POST", "/api/session/views");
    views++;
    await read();
    const page = await ask("GET", "/cart");
    if (typeof page === "string" && !page.includes("tote"))
      seen.lost.push(`user ${at}: an empty page of the cart`);
  }
}
