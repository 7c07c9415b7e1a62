"use client";

import { Outage } from "./_ui/outage";

/**
 * A page that could not be rendered. Where the middleware does not run this is how an outage looks; the error's own text
 * does not reach the browser, so the calm words are all there is to say.
 */
export default function ErrorPage() {
  return (
    <main className="px-4">
      <Outage />
    </main>
  );
}
