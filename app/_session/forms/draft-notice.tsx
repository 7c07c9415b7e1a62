"use client";

import { useState } from "react";
import { ActionButton } from "../../_ui/button";
import { sheetStyle } from "../expiry/sheet-style";

/** What was typed before the sign-in stands in its form again. */
export function DraftNotice() {
  const [isClosed, setIsClosed] = useState(false);
  if (isClosed) return null;
  return (
    <div role="status" className={sheetStyle} data-testid="draft-back">
      <p className="font-display font-semibold text-lg">What you typed is back</p>
      <p className="mt-1 mb-3 text-muted">Your session had ended before it was saved. Please save it now.</p>
      <ActionButton variant="quiet" onPress={() => setIsClosed(true)}>
        Close
      </ActionButton>
    </div>
  );
}
