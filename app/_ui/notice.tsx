import type { ReactNode } from "react";

interface Props {
  readonly children: ReactNode;
}

/** Something that went wrong, said where a person and a screen reader notice it. */
export function Notice({ children }: Props) {
  return (
    <div className="mb-6">
      <NoticeBox>
        <p>{children}</p>
      </NoticeBox>
    </div>
  );
}

/** The same, of more than a sentence, or with a way on. */
export function NoticeBox({ children }: Props) {
  return (
    <div
      role="alert"
      className="rounded-xl border border-danger bg-danger-tint px-4 py-3 font-medium text-danger"
    >
      {children}
    </div>
  );
}
