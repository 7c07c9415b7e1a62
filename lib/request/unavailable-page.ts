/** The words of an outage, the same wherever they are said. */
export const unavailableWords = {
  title: "We cannot reach your session just now",
  text: "Nothing is lost: your session is safe in Redis, and your browser still holds its key. Please try again in a moment.",
} as const;

/** The outage as a page, for a form: a route handler cannot render one of the app's pages. */
export function unavailablePage(headers: Readonly<Record<string, string>>): Response {
  const { title, text } = unavailableWords;
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Carryover</title>
<link rel="icon" href="/icon.svg">
<style>
  :root { color-scheme: light dark }
  body { font: 1.125rem/1.6 system-ui, sans-serif; max-width: 36rem; margin: 18vh auto; padding: 0 1.5rem }
  h1 { font-size: 1.75rem; line-height: 1.2 }
</style>
<main>
  <h1>${title}</h1>
  <p>${text}</p>
  <p>What you have just sent may not have been done. <a href="/">Back to the shop</a></p>
</main>
</html>
`;
  return new Response(html, {
    status: 503,
    headers: { "content-type": "text/html; charset=utf-8", ...headers },
  });
}
