import type { ReactNode } from "react";

/** Something that went wrong, said where a person and a screen reader notice it. */
export function Notice({ children }: { readonly children: ReactNode }) {
  return (
    <p
      role="alert"
      className="mb-6 rounded-xl border border-danger bg-danger-tint px-4 py-3 font-medium text-danger"
    >
      {children}
    </p>
  );
}
