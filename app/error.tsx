"use client";

import { StoreUnavailable } from "@carryover/session";
import { Button } from "./_ui/button";
import { Outage } from "./_ui/outage";
import { titleOf } from "./_ui/site-description";

/**
 * A page that could not be rendered. Where the middleware does not run this is how an outage looks. Of an error Next sends
 * the browser no more than its digest.
 */
export default function ErrorPage({ error }: { readonly error: Error & { readonly digest?: string } }) {
  if (error.digest === StoreUnavailable.digest)
    return (
      <>
        {headOf("Just a moment")}
        <Outage />
      </>
    );
  return (
    <div className="mx-auto max-w-xl py-10">
      {headOf("Something went wrong")}
      <h1 className="mb-4 font-semibold text-3xl sm:text-4xl">Something went wrong here</h1>
      <p className="mb-6 text-lg text-muted">It is our fault, and the page is not to be had just now.</p>
      <form>
        <Button variant="quiet">Try again</Button>
      </form>
    </div>
  );
}

// Without all that a page says of itself to those who link to it: every page loads this, and hardly one shows it.
function headOf(title: string) {
  return (
    <>
      <title>{titleOf(title)}</title>
      <meta name="robots" content="noindex" />
    </>
  );
}
