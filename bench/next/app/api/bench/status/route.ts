export const dynamic = "force-dynamic";

/** As little as a route can answer. */
export function GET(): Response {
  return Response.json({ status: "ok" });
}
