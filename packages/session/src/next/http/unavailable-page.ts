import { instanceName } from "../../process-state.ts";
import { CONTENT_POLICY, newNonce, plainPagePolicy } from "./response-headers.ts";

/** What a page of an outage is written with. */
export interface UnavailablePage {
  /** For its style sheet, which stands in the page: nothing else is loaded or run. */
  readonly nonce: string;
  /** The server that answers. */
  readonly server: string;
}

/** The outage as a page, for a form: a route handler cannot render one of the app's pages. */
export function plainUnavailablePage({ server }: UnavailablePage): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>We cannot reach your session just now</title>
<main>
  <h1>We cannot reach your session just now</h1>
  <p>Nothing is lost. What you have just sent may not have been done: please look again in a moment.</p>
  <p><a href="/">Back</a></p>
  <p><small>answered by ${server}</small></p>
</main>
</html>
`;
}

/** A page of an outage as an answer of its own. */
export function unavailableResponse(
  page: (page: UnavailablePage) => string,
  retryAfterSeconds = 1,
): Response {
  const nonce = newNonce();
  return new Response(page({ nonce, server: instanceName() }), {
    status: 503,
    headers: {
      "retry-after": String(retryAfterSeconds),
      "cache-control": "no-store",
      "content-type": "text/html; charset=utf-8",
      [CONTENT_POLICY]: plainPagePolicy(nonce),
    },
  });
}
