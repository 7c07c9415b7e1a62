import { FormKey } from "../_session/forms/form-key";
import { Button } from "../_ui/button";
import type { Refusal } from "../_ui/refusal";
import { TextField } from "../_ui/text-field";

/** Folded away, so that it does not shout; open where it has something to say. */
export function DeleteAccountForm({ refusal }: { readonly refusal: Refusal | null }) {
  return (
    <details open={refusal?.field === "password"}>
      <summary className="-mx-2 flex min-h-11 cursor-pointer items-center gap-2 rounded-lg px-2 text-muted marker:content-none hover:text-ink [&::-webkit-details-marker]:hidden">
        <span
          aria-hidden="true"
          className="transition-transform motion-reduce:transition-none [details[open]_&]:rotate-90"
        >
          ›
        </span>
        See what goes, and delete it
      </summary>
      <form action="/api/account/delete" method="post" className="pt-3">
        <FormKey form="delete-account" />
        <p className="mb-2">What goes, at once and for good:</p>
        <ul className="mb-5 list-disc space-y-1 pl-5">
          <li>your sessions on every device, this one too</li>
          <li>their carts, profiles and view counts</li>
          <li>the account: its name is free for anyone to take</li>
        </ul>
        <TextField
          name="password"
          label="Your password"
          hint="To be sure that it is you."
          type="password"
          autoComplete="current-password"
          refusal={refusal}
          required
        />
        <Button variant="danger">Delete my account</Button>
      </form>
    </details>
  );
}
