"use client";

import { Notice } from "./notice";
import { PageHead } from "./page-head";
import { ProductList } from "./product-list";

/** @param refusal what the page was led back to for: why a form was refused */
export function ShopView({ refusal }: { readonly refusal: string | null }) {
  return (
    <>
      <PageHead />
      {refusal && <Notice>{refusal}</Notice>}
      <div className="mb-10 max-w-2xl">
        <h1 className="mb-3 font-semibold text-4xl leading-tight sm:text-5xl">
          Pick it up here. Carry it over there.
        </h1>
        <p className="text-lg text-muted">
          Fill a cart on one server, watch the next page come from another, and find everything where you left
          it. Your browser holds a sealed key and nothing else; the session itself lives in Redis.
        </p>
        <a
          href="/proof"
          className="mt-5 inline-flex min-h-11 items-center gap-2 rounded-full bg-brand px-5 py-2 font-medium text-on-brand hover:bg-brand-strong"
        >
          See it proven
          <span aria-hidden="true">→</span>
        </a>
      </div>
      <ProductList />
    </>
  );
}
