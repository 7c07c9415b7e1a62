"use client";

import type { ComponentProps, FormEvent } from "react";
import type { CartChange } from "@/lib/cart/cart-change";
import { keyField } from "../../_ui/idempotency-key";
import { withoutRefusal } from "../forms/without-refusal";
import { useLiveStore } from "../store/live-session";
import type { LiveStore } from "../store/live-store";
import { canChange, changeCart } from "./change-cart";

interface Props extends Omit<ComponentProps<"form">, "action" | "method" | "onSubmit"> {
  readonly kind: CartChange["kind"];
  /** Where a refusal is said: the place of a `FormNotice`. */
  readonly place: string;
  /** Called before the change shows. */
  readonly onChange?: () => void;
}

/** A form that changes the cart: a plain one, whose change shows at once where scripts run. */
export function CartForm({ kind, place, onChange, children, ...form }: Props) {
  const live = useLiveStore();
  function submit(event: FormEvent<HTMLFormElement>) {
    const fields = new FormData(event.currentTarget);
    const change = changeOf(kind, fields);
    if (!change || !canChange(live)) return;
    event.preventDefault();
    onChange?.();
    void changeCart(live, place, change).then(() => keepAddress(live, place, fields.get("next")));
  }
  return (
    <form {...form} action={`/api/cart/${kind}`} method="post" onSubmit={submit}>
      <input {...keyField(`${live.pageKey}-${kind}-${place}`)} />
      {children}
    </form>
  );
}

function changeOf(kind: CartChange["kind"], fields: FormData): CartChange | null {
  if (kind === "clear") return { kind };
  const sku = String(fields.get("sku"));
  if (kind === "remove") return { kind, sku };
  const quantity = Number(fields.get("quantity") ?? 1);
  return Number.isSafeInteger(quantity) && quantity >= 1 ? { kind, sku, quantity } : null;
}

/** What was done leaves the address that the form would have led to: without the refusal of an earlier one. */
function keepAddress(live: LiveStore, place: string, next: FormDataEntryValue | null): void {
  if (live.get().notices[place]) return;
  window.history.replaceState(null, "", typeof next === "string" ? next : withoutRefusal(window.location));
}
