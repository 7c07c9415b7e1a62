"use client";

import { idempotencyKey } from "@carryover/session";
import { useEffect, useState } from "react";
import { useLiveStore } from "../store/live-session";
import type { LiveStore } from "../store/live-store";
import { DraftNotice } from "./draft-notice";
import { keepDrafts, restoreDrafts } from "./form-drafts";

const BUSY_AFTER_MS = 100;
/** A page that was asked for and never came: the form may be sent again. */
const GIVE_UP_MS = 15_000;

interface Props {
  /** Whose text is typed into the page's forms: `null` before a sign-in. */
  readonly owner: string | null;
}

/** What all forms and links of a page have in common, wherever they stand. */
export function FormEnhancements({ owner }: Props) {
  const live = useLiveStore();
  const [isDraftBack, setIsDraftBack] = useState(false);
  useEffect(() => setIsDraftBack(restoreDrafts(owner)), [owner]);
  useEffect(() => {
    const aborter = new AbortController();
    const { signal } = aborter;
    const busy = new Set<HTMLFormElement>();
    document.addEventListener("submit", (event) => onSubmit(event, live, busy), { signal });
    document.addEventListener("submit", (event) => keepSent(event, owner), { signal });
    document.addEventListener("click", (event) => onClick(event, live), { signal });
    // The request has used the key: another press is another change.
    document.addEventListener("formdata", ({ target }) => renewKeys(target), { signal });
    // Whatever waits for its turn is sent before the page goes.
    window.addEventListener("pagehide", () => live.queue.flush(), { signal });
    // Nothing more can be saved here, and the way on leads through the sign-in.
    window.addEventListener("pagehide", () => isOver(live) && keepDrafts(document.forms, owner), { signal });
    window.addEventListener("pageshow", ({ persisted }) => onPageShow(persisted), { signal });
    return () => aborter.abort();
  }, [live, owner]);
  return isDraftBack && <DraftNotice />;
}

/** A form that loads a page may be refused, or find its session over: what was typed comes back then. */
function keepSent({ target: form, defaultPrevented }: SubmitEvent, owner: string | null): void {
  if (!defaultPrevented && form instanceof HTMLFormElement) keepDrafts([form], owner);
}

function isOver(live: LiveStore): boolean {
  return live.get().presence === "ended";
}

/** A page out of the browser's memory shows a session as it was, and keys that were used: it is asked for anew. */
function onPageShow(persisted: boolean): void {
  renewKeys(document);
  if (!persisted) return;
  document.documentElement.hidden = true;
  window.location.reload();
}

function renewKeys(within: EventTarget | null): void {
  if (!(within instanceof HTMLFormElement || within instanceof Document)) return;
  for (const field of within.querySelectorAll<HTMLInputElement>(`input[name=${idempotencyKey.field}]`))
    field.value = idempotencyKey.create();
}

/** A form that loads a page: sent once, shown on its button if it takes long, and only after what waits to be sent. */
function onSubmit(event: SubmitEvent, live: LiveStore, busy: Set<HTMLFormElement>): void {
  const { target: form, submitter, defaultPrevented } = event;
  if (defaultPrevented || !(form instanceof HTMLFormElement)) return;
  if (busy.has(form)) {
    event.preventDefault();
    return;
  }
  busy.add(form);
  const timer = setTimeout(() => submitter?.setAttribute("aria-busy", "true"), BUSY_AFTER_MS);
  const release = () => {
    busy.delete(form);
    clearTimeout(timer);
    submitter?.removeAttribute("aria-busy");
  };
  if (!live.queue.isBusy()) {
    setTimeout(release, GIVE_UP_MS);
    return;
  }
  event.preventDefault();
  void afterChanges(live, release).then((isFree) => isFree && form.requestSubmit(submitter));
}

/** A link leads to a page that shows the session: what was just changed must be in it. */
function onClick(event: MouseEvent, live: LiveStore): void {
  const { target, button, defaultPrevented } = event;
  const isPlain = button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
  const link = target instanceof Element ? target.closest("a") : null;
  if (defaultPrevented || !isPlain || !link || link.target || link.origin !== window.location.origin) return;
  if (link.getAttribute("href")?.startsWith("#") || !live.queue.isBusy()) return;
  event.preventDefault();
  void afterChanges(live).then((isFree) => isFree && window.location.assign(link.href));
}

/** When all changes are answered; false where one was not made, so that what is said of it can be read. */
async function afterChanges(live: LiveStore, release = () => {}): Promise<boolean> {
  const { notices } = live.get();
  await live.queue.settled();
  // Other listeners for the same answer show it first.
  await new Promise((resolve) => setTimeout(resolve));
  release();
  return Object.values(live.get().notices).every((notice) => Object.values(notices).includes(notice));
}
