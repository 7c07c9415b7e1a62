import { textAt } from "./json-field";

/** What became of a change, as far as this page can know. */
export type Outcome =
  | { readonly kind: "done"; readonly body: unknown; readonly servedBy: string | null }
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "ended" }
  /** The store, or the way to it: what was sent may not have been done. */
  | { readonly kind: "unreachable" };

export type Failure = Exclude<Outcome, { kind: "done" }>;

/** What an answer means. `null` stands for no answer at all. */
export function outcomeOf(
  answer: { readonly status: number; readonly servedBy: string | null; readonly body: unknown } | null,
): Outcome {
  if (!answer) return { kind: "unreachable" };
  const { status, servedBy, body } = answer;
  if (status >= 200 && status < 300) return { kind: "done", body, servedBy };
  const code = textAt(body, "code");
  if (code === "no-session" || code === "sign-in") return { kind: "ended" };
  if (status >= 500 && code !== "busy") return { kind: "unreachable" };
  const message = textAt(body, "detail") ?? "This was not done. Please load the page again.";
  return { kind: "refused", message };
}
