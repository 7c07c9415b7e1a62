"use client";

import { useEffect, useRef, useState } from "react";
import { unavailableWords } from "@/lib/request/unavailable-words";
import { ActionButton } from "../button";
import { NoticeBox } from "../notice";
import { tryAgain } from "./change-cart";
import { useLive, useLiveStore } from "./live-session";
import type { FormNotice as Told } from "./live-store";
import { LogInAgain } from "./log-in-again";

/** Says why what was done in the forms of this place was taken back, and what can be done. */
export function FormNotice({ place }: { readonly place: string }) {
  const notice = useLive(({ notices }) => notices[place]);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (notice) box.current?.scrollIntoView({ block: "nearest" });
  }, [notice]);
  if (!notice) return null;
  return (
    <div ref={box} className="mt-3 w-full">
      <NoticeBox>
        <Words notice={notice} place={place} />
      </NoticeBox>
    </div>
  );
}

function Words({ notice, place }: { readonly notice: Told; readonly place: string }) {
  const { failure } = notice;
  if (failure.kind === "refused") return <p>{failure.message} Nothing was changed.</p>;
  if (failure.kind === "ended") {
    return (
      <>
        <p className="mb-2">Your session has ended, and this was not done.</p>
        <LogInAgain />
      </>
    );
  }
  return <Unreachable place={place} />;
}

function Unreachable({ place }: { readonly place: string }) {
  const live = useLiveStore();
  const [tries, setTries] = useState(0);
  const [isTrying, setIsTrying] = useState(false);
  async function again() {
    setIsTrying(true);
    await tryAgain(live, place);
    setIsTrying(false);
    setTries(tries + 1);
  }
  return (
    <>
      <h3 className="font-semibold">{unavailableWords.title}</h3>
      <p className="mb-3 font-normal">
        {tries > 0 && "Still not. "}Nothing is lost: your session is safe, and your browser still holds its
        key. What you have just done was taken back here.
      </p>
      <ActionButton look="quiet" isBusy={isTrying} onPress={again}>
        Try again
      </ActionButton>
    </>
  );
}
