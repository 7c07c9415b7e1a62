import type { Refusal } from "../../_ui/refusal";
import { TextField } from "../../_ui/text-field";

interface Props {
  readonly hint?: string;
  readonly refusal: Refusal | null;
}

/** The user's own password, once more: for what `mustConfirm` asks it for. */
export function ConfirmPasswordField({
  hint = "You signed in a while ago: please confirm that it is you.",
  refusal,
}: Props) {
  return (
    <TextField
      name="password"
      label="Your password"
      hint={hint}
      type="password"
      autoComplete="current-password"
      refusal={refusal}
      required
    />
  );
}
