import { unavailableMessage } from "@/lib/unavailable-message";

interface Props {
  readonly nonce: string;
  /** The name of the server that answers. */
  readonly server: string;
}

/** The outage as a page, for a form: a route handler cannot render one of the app's pages. */
export function unavailablePage({ nonce, server }: Props): string {
  const { title, text } = unavailableMessage;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Carryover</title>
<link rel="icon" href="/icon.svg">
<style nonce="${nonce}">
  :root { color-scheme: light dark }
  body { background: light-dark(#faf6ee, #101b1a); color: light-dark(#1b2b29, #eef3ee);
    font: 1.125rem/1.6 ui-sans-serif, system-ui, sans-serif; max-width: 36rem; margin: 14vh auto; padding: 0 1.5rem }
  h1 { font: 600 2rem/1.2 ui-serif, Georgia, serif }
  a { color: light-dark(#275a55, #f0b253) }
  small { color: light-dark(#55635f, #a9b8b3) }
</style>
<main>
  <p><img src="/icon.svg" alt="Carryover" width="48" height="48"></p>
  <h1>${title}</h1>
  <p>${text}</p>
  <p>What you have just sent may not have been done. <a href="/">Back to the shop</a></p>
  <p><small>answered by <b>${server}</b></small></p>
</main>
</html>
`;
}
