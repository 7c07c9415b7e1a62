// What `GET /api/session` answers with, as far as a route without a session can.
const body = {
  authenticated: false,
  servedBy: "bench",
  session: {
    handle: "0123456789ab",
    user: { id: "2304d6e4-1d53-40d4-be30-c35ae32b4f3a", name: "guest-b7aa0bcb" },
    profile: { displayName: "guest-b7aa0bcb", locale: "en-GB", theme: "system" },
    cart: { lines: [], quantity: 0, totalCents: 0 },
    views: {},
    createdAt: "2026-11-25T12:00:00.000Z",
    expiresAt: "2026-12-02T12:00:00.000Z",
    idleSeconds: 1800,
    ttlSeconds: 1799,
    revision: 1,
  },
};

export const dynamic = "force-dynamic";

/** `?wait`: answers as a route does that has asked Redis, together with the others that wait. */
export async function GET(request: Request): Promise<Response> {
  if (request.url.endsWith("?wait")) await new Promise((resolve) => setImmediate(resolve));
  return Response.json(body, { headers: { "cache-control": "no-store" } });
}
