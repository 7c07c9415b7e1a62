import type { ComponentProps } from "react";
import type { Refusal } from "./refusal";

interface Props extends Omit<ComponentProps<"input">, "name" | "id" | "className"> {
  readonly name: string;
  readonly label: string;
  readonly hint?: string | undefined;
  readonly refusal: Refusal | null;
}

/** A labelled input with its hint, and its refusal beside it; where it was refused the keyboard is in it. */
export function TextField({ name, label, hint, refusal, ...input }: Props) {
  const refused = refusal?.field === name ? refusal.message : null;
  const described = [hint && `${name}-hint`, refused && `${name}-error`].filter(Boolean).join(" ");
  return (
    <div className="mb-5">
      <label htmlFor={name} className="mb-1.5 block font-medium">
        {label}
      </label>
      <input
        {...input}
        id={name}
        name={name}
        aria-invalid={refused ? true : undefined}
        aria-describedby={described || undefined}
        // biome-ignore lint/a11y/noAutofocus: the page was loaded to say that this field was refused.
        autoFocus={refused !== null}
        className={inputStyle}
      />
      {hint && (
        <p id={`${name}-hint`} className="mt-1.5 text-muted text-sm">
          {hint}
        </p>
      )}
      <FieldError id={`${name}-error`} message={refused} />
    </div>
  );
}

export const inputStyle =
  "min-h-11 w-full rounded-lg border border-edge bg-surface px-3 py-2 aria-invalid:border-danger aria-invalid:border-2";

export function FieldError({ id, message }: { readonly id: string; readonly message: string | null }) {
  if (!message) return null;
  return (
    <p id={id} role="alert" className="mt-1.5 font-medium text-danger text-sm">
      {message}
    </p>
  );
}
