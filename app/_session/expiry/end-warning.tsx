"use client";

import { useEffect, useRef, useState } from "react";
import { ActionButton } from "../../_ui/button";
import { Countdown } from "../../_ui/countdown";
import { useLive, useLiveStore } from "../store/live-session";
import { pageNow } from "../store/page-now";
import { refresh } from "../store/refresh";
import { canBeProlonged } from "./session-expiry";
import { sheetStyle } from "./sheet-style";

/** Says that the session is about to end, and keeps it if its owner wants. The page under it can be used all the while. */
export function EndWarning() {
  const live = useLiveStore();
  const isDue = useLive(
    ({ session, watch, isWarningClosed }) =>
      session !== null && !isWarningClosed && watch.warnedOfMs === session.expiry.endsAtMs,
  );
  return isDue && <Warning onClose={() => live.set(() => ({ isWarningClosed: true }))} />;
}

function Warning({ onClose }: { readonly onClose: () => void }) {
  const live = useLiveStore();
  const session = useLive((state) => state.session);
  const hasCart = useLive(({ cart }) => cart.shown.lines.length > 0);
  const [isAsking, setIsAsking] = useState(false);
  const [isOutOfReach, setIsOutOfReach] = useState(false);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => takeFocus(dialog.current), []);
  if (!session) return null;

  const canStay = canBeProlonged(session.expiry);
  async function stay() {
    setIsAsking(true);
    setIsOutOfReach((await refresh(live, "renew")) === undefined);
    setIsAsking(false);
  }
  return (
    <dialog
      ref={dialog}
      open
      role="alertdialog"
      aria-labelledby="warning-title"
      aria-describedby="warning-text"
      className={sheetStyle}
      onKeyDown={({ key }) => key === "Escape" && onClose()}
    >
      <p id="warning-title" className="font-display font-semibold text-lg">
        <Countdown
          follows="idle"
          leftMs={session.expiry.endsAtMs - pageNow()}
          before="Your session ends in "
          over="Your session has ended"
        />
      </p>
      <p id="warning-text" className="mt-1 mb-3 text-muted" role={isOutOfReach ? "alert" : undefined}>
        {isOutOfReach ? OUT_OF_REACH : canStay ? goesWithIt(session.user, hasCart) : NO_LONGER}
      </p>
      <div className="flex flex-wrap gap-3">
        {canStay && (
          <ActionButton isBusy={isAsking} onPress={stay}>
            {session.user ? "Stay signed in" : hasCart ? "Keep my cart" : "Keep my session"}
          </ActionButton>
        )}
        <ActionButton variant="quiet" onPress={onClose}>
          {canStay ? "Let it end" : "All right"}
        </ActionButton>
      </div>
    </dialog>
  );
}

const OUT_OF_REACH = "We cannot reach your session just now. Please try again.";
const NO_LONGER = "It has lasted as long as a session may, and cannot be prolonged.";

function goesWithIt(user: string | null, hasCart: boolean): string {
  if (user) return `You have not been here for a while${hasCart ? ", and the cart goes with it" : ""}.`;
  return hasCart ? "Your cart goes with it." : "Nobody has been here for a while.";
}

const TYPING = "input, textarea, select";

/** Brings the keyboard to the dialog, but not out of a field where somebody is typing; and back again afterwards. */
function takeFocus(dialog: HTMLDialogElement | null): (() => void) | undefined {
  const before = document.activeElement;
  if (!dialog || before?.matches(TYPING)) return undefined;
  dialog.querySelector("button")?.focus();
  return () => {
    // A dialog that is removed loses the focus. It is put back only if the user has not moved it.
    const isFree = !document.activeElement || document.activeElement === document.body;
    if ((isFree || dialog.contains(document.activeElement)) && before instanceof HTMLElement) before.focus();
  };
}
