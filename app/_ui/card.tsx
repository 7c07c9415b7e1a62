import type { ReactNode } from "react";

/** A sheet of paper with a heading. */
export function Card({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title} className="rounded-2xl border border-line bg-surface p-5 shadow-card sm:p-6">
      <h2 className="mb-4 font-semibold text-xl">{title}</h2>
      {children}
    </section>
  );
}
