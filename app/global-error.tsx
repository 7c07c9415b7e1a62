"use client";

import "./globals.css";

/**
 * Where the frame around all pages could not be rendered. Next's own page for it brings a style element, which the content
 * security policy refuses.
 */
export default function GlobalErrorPage() {
  return (
    <html lang="en">
      <body>
        <title>Something went wrong · Carryover</title>
        <main className="mx-auto max-w-xl px-6 py-10">
          <h1 className="mb-4 font-semibold text-3xl sm:text-4xl">Something went wrong here</h1>
          <p className="mb-6 text-lg text-muted">It is our fault, and the page is not to be had just now.</p>
          <a href="/" className="text-brand text-lg underline">
            Back to the shop
          </a>
        </main>
      </body>
    </html>
  );
}
