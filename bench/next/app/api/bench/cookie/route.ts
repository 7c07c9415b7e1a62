import { getIronSession } from "iron-session";

/** A session that is all in its cookie: iron-session as its own guide uses it. Nothing is asked of a store. */
interface Kept {
  user?: { readonly id: string; readonly name: string };
  cart?: { readonly lines: readonly { readonly sku: string; readonly quantity: number }[] };
}

const options = { cookieName: "kept", password: "a password for nothing but measuring" };

export async function GET(request: Request): Promise<Response> {
  const { user = null, cart = null } = await getIronSession<Kept>(request, new Response(), options);
  return Response.json({ user, cart }, { headers: { "cache-control": "no-store" } });
}

export async function POST(request: Request): Promise<Response> {
  const answer = new Response(null, { status: 204 });
  const session = await getIronSession<Kept>(request, answer, options);
  session.user = { id: "2304d6e4-1d53-40d4-be30-c35ae32b4f3a", name: "guest-b7aa0bcb" };
  session.cart = { lines: [{ sku: "tote", quantity: 1 }] };
  await session.save();
  return answer;
}
