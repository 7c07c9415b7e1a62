import { idempotencyKey } from "@carryover/session";

/**
 * Stands in every form that changes something, on a page that is never prerendered: the form's key, new with each render.
 * Where scripts run they renew it once it was sent (`form-enhancements.tsx`).
 */
export function IdempotencyKey() {
  return <input {...keyField(idempotencyKey.create())} />;
}

/** What the field with a form's key is made of. */
export function keyField(key: string) {
  // A client component is rendered twice, on the server and in the browser, and either key will do. Not to be restored
  // with the page when somebody goes back: a key that was sent is used up.
  return {
    type: "hidden",
    name: idempotencyKey.field,
    defaultValue: key,
    autoComplete: "off",
    suppressHydrationWarning: true,
  } as const;
}
