"use client";

import type { ComponentProps, FormEvent } from "react";

/** A fieldset of choices and a number of one's own: whichever was used last counts, and the other one is let go. */
export function ExclusiveFields(props: ComponentProps<"fieldset">) {
  return <fieldset {...props} onInput={letGoOther} />;
}

function letGoOther({ target, currentTarget: fieldset }: FormEvent<HTMLFieldSetElement>): void {
  if (!(target instanceof HTMLInputElement)) return;
  const inputs = [...fieldset.querySelectorAll("input")];
  if (target.type === "radio") {
    for (const input of inputs) if (input.type === "number") input.value = "";
    return;
  }
  // An unfinished number has no value yet, but somebody is typing it.
  const isTyped = target.value !== "" || target.validity.badInput;
  for (const input of inputs) if (input.type === "radio") input.checked = !isTyped && input.defaultChecked;
}
