"use client";

import { keyField } from "../../_ui/idempotency-key";
import { useLiveStore } from "../store/live-session";

/**
 * The idempotency key of a form in a client component: the page's random text, and the form's name. Drawn once for all forms
 * of a page, since a draw takes longer than to write a form.
 *
 * @param form unlike that of every other form of the page: letters, digits and hyphens, 40 at most
 */
export function FormKey({ form }: { readonly form: string }) {
  return <input {...keyField(`${useLiveStore().pageKey}-${form}`)} />;
}
