"use client";

import { titleOf } from "./_ui/site-description";

// A client component: Next sends it along with every page, in case that there turns out to be none.
export default function NotFoundPage() {
  return (
    <div className="mx-auto max-w-xl py-10 text-center">
      <title>{titleOf("Not found")}</title>
      <h1 className="mb-4 font-semibold text-3xl sm:text-4xl">There is nothing here</h1>
      <p className="mb-6 text-lg text-muted">Perhaps it was never kept, or its time has run out.</p>
      <a href="/" className="text-brand text-lg underline">
        Back to the shop
      </a>
    </div>
  );
}
