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
