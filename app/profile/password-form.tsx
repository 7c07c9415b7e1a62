import { FormKey } from "../_session/forms/form-key";
import { Button } from "../_ui/button";
import { PASSWORD_RULES } from "../_ui/password-rules";
import type { Refusal } from "../_ui/refusal";
import { TextField } from "../_ui/text-field";

export function PasswordForm({ refusal }: { readonly refusal: Refusal | null }) {
  return (
    <form action="/api/password" method="post">
      <FormKey form="password" />
      <TextField
        name="current"
        label="Current password"
        type="password"
        autoComplete="current-password"
        refusal={refusal}
        required
      />
      <TextField
        name="next"
        label="New password"
        hint={PASSWORD_RULES}
        type="password"
        autoComplete="new-password"
        refusal={refusal}
        required
      />
      <label className="mb-5 flex min-h-11 items-center gap-2.5">
        <input type="checkbox" name="endOthers" value="1" defaultChecked />
        Log out on all other devices
      </label>
      <Button variant="quiet">Change the password</Button>
    </form>
  );
}
