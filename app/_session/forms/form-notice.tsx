"use client";

import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { unavailableMessage } from "@/lib/unavailable-message";
import { ActionButton } from "../../_ui/button";
import { NoticeBox } from "../../_ui/notice";
import { tryAgain } from "../cart/try-again";
import { LogInAgain } from "../expiry/log-in-again";
import { useLive, useLiveStore } from "../store/live-session";
import type { FormNotice as Notice } from "../store/live-store";
import { dropNotice } from "./form-notices";

interface Props {
  readonly place: string;
  /** Lies over what is above, and moves nothing; else it makes itself room. */
  readonly over?: boolean;
}

/** After a form: says why what was done in it was taken back, and what can be done. */
export function FormNotice({ place, over = false }: Props) {
  const live = useLiveStore();
  const notice = useLive(({ notices }) => notices[place]);
  if (!notice) return null;
  return (
    <Place over={over}>
      <NoticeBox>
        <NoticeText notice={notice} />
        <div className="mt-3 flex flex-wrap items-center gap-3">
          {notice.failure.kind === "unreachable" && <TryAgain place={place} />}
          {notice.failure.kind === "ended" && <LogInAgain />}
          <ActionButton variant="quiet" onPress={() => dropNotice(live, place)}>
            Close
          </ActionButton>
        </div>
      </NoticeBox>
    </Place>
  );
}

/** Comes into sight, and gives the keyboard back to the form before it. */
function Place({ over, children }: { readonly over: boolean; readonly children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const here = box.current;
    here?.scrollIntoView({ block: "nearest" });
    return () => {
      if (!here?.contains(document.activeElement)) return;
      here.previousElementSibling?.querySelector("button")?.focus({ preventScroll: true });
    };
  }, []);
  const style = over ? "absolute inset-x-0 bottom-full z-1 mb-3 rounded-xl shadow-card" : "mt-3 w-full";
  return (
    <div ref={box} className={style}>
      {children}
    </div>
  );
}

function NoticeText({ notice: { failure, tries } }: { readonly notice: Notice }) {
  if (failure.kind === "refused") return <p>{failure.message} Nothing was changed.</p>;
  if (failure.kind === "ended") return <p>Your session has ended, and this was not done.</p>;
  return (
    <>
      <h3 className="font-semibold">{unavailableMessage.title}</h3>
      <p className="font-normal">{tries > 0 && "Still not. "}Nothing is lost; this was taken back.</p>
    </>
  );
}

function TryAgain({ place }: { readonly place: string }) {
  const live = useLiveStore();
  const [isTrying, setIsTrying] = useState(false);
  async function again() {
    setIsTrying(true);
    await tryAgain(live, place);
    setIsTrying(false);
  }
  return (
    <ActionButton variant="quiet" isBusy={isTrying} onPress={again}>
      Try again
    </ActionButton>
  );
}
