"use client";

import { useState } from "react";
import { ActionButton } from "../../_ui/button";
import { useLive } from "../store/live-session";
import { LogInAgain } from "./log-in-again";
import { sheetStyle } from "./sheet-style";

/** What this page shows is of a session that is no longer this browser's. */
export function EndNotice({ presence }: { readonly presence: "ended" | "changed" }) {
  const isShown = useLive(({ isEndShown }) => isEndShown);
  const user = useLive(({ session }) => session?.user);
  const [isClosed, setIsClosed] = useState(false);
  if (isClosed || (isShown && presence === "ended")) return null;
  return (
    <div role="alert" className={sheetStyle} data-testid="session-over">
      {presence === "ended" ? (
        <>
          <p className="font-display font-semibold text-lg">Your session has ended</p>
          <p className="mt-1 mb-3 text-muted">
            {user
              ? "It ran out, or you logged out elsewhere. What this page shows is from before."
              : "Its cart went with it. What this page shows is from before."}
          </p>
        </>
      ) : (
        <>
          <p className="font-display font-semibold text-lg">This browser has another session now</p>
          <p className="mt-1 mb-3 text-muted">
            It began in another tab. What this page shows is of the one before.
          </p>
        </>
      )}
      <div className="flex flex-wrap items-center gap-x-5 gap-y-2">
        {presence === "ended" ? (
          <LogInAgain />
        ) : (
          <a
            href={window.location.pathname + window.location.search}
            className="inline-flex min-h-11 items-center font-medium text-brand underline"
          >
            Load this page again
          </a>
        )}
        <ActionButton variant="quiet" onPress={() => setIsClosed(true)}>
          Close
        </ActionButton>
      </div>
    </div>
  );
}
