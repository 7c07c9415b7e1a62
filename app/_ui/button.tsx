import type { ReactNode } from "react";

const variants = {
  primary: "bg-brand text-on-brand hover:bg-brand-strong",
  quiet: "border border-edge bg-surface text-ink hover:border-brand hover:text-brand",
  danger: "border border-danger bg-surface text-danger hover:bg-danger-tint",
} as const;

const shape =
  "inline-flex min-h-11 max-w-full items-center justify-center rounded-3xl px-5 py-2 text-center font-medium transition-colors";

interface VariantProps {
  readonly children: ReactNode;
  readonly variant?: keyof typeof variants;
}

interface Props extends VariantProps {
  readonly wide?: boolean;
  /** What a screen reader says where the visible text is too short to stand alone. */
  readonly label?: string;
  /** Sent with the form, of the button that was pressed. */
  readonly name?: string;
  readonly value?: string;
  /** Where this button sends the form, when not where the form says; its required fields may then be empty. */
  readonly action?: string;
}

/** Sends the form it stands in. */
export function Button({ children, variant = "primary", wide = false, label, name, value, action }: Props) {
  return (
    <button
      type="submit"
      aria-label={label}
      name={name}
      value={value}
      formAction={action}
      formNoValidate={action !== undefined}
      className={`${variants[variant]} ${wide ? "w-full" : ""} ${shape}`}
    >
      {children}
    </button>
  );
}

interface ActionProps extends VariantProps {
  readonly onPress: () => void;
  /** It is being done: pressing again does nothing. */
  readonly isBusy?: boolean;
}

/** Does something here and now; only on what scripts have put there. */
export function ActionButton({ children, variant = "primary", onPress, isBusy = false }: ActionProps) {
  return (
    <button
      type="button"
      aria-busy={isBusy}
      onClick={() => isBusy || onPress()}
      className={`${variants[variant]} ${shape}`}
    >
      {children}
    </button>
  );
}
