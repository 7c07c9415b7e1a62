"use client";

import { type FormEvent, useRef, useState } from "react";
import type { Profile } from "@/lib/session-definition";
import { unavailableMessage } from "@/lib/unavailable-message";
import { canChange } from "../_session/cart/change-cart";
import { FormKey } from "../_session/forms/form-key";
import { keepTheme } from "../_session/store/keep-theme";
import { useLiveStore } from "../_session/store/live-session";

type Theme = Profile["theme"];

const names = { system: "System", light: "Light", dark: "Dark" } as const satisfies Record<Theme, string>;
const themes = ["system", "light", "dark"] as const;

/** Three buttons that keep a theme in the session; choosing one begins a session where there is none. */
export function ThemeChoice({ theme: initial }: { readonly theme: Theme }) {
  const live = useLiveStore();
  const [shown, setShown] = useState<Theme>(initial);
  const [message, setMessage] = useState<string | null>(null);
  const kept = useRef<Theme>(initial);
  const wanted = useRef<Theme>(initial);

  function show(theme: Theme) {
    wanted.current = theme;
    setShown(theme);
    document.documentElement.dataset.theme = theme;
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    const { nativeEvent } = event;
    const submitter = nativeEvent instanceof SubmitEvent ? nativeEvent.submitter : null;
    const theme = themes.find((each) => each === submitter?.getAttribute("value"));
    if (!theme || !canChange(live)) return;
    event.preventDefault();
    setMessage(null);
    show(theme);
    const failure = await keepTheme(live, theme);
    if (!failure) kept.current = theme;
    // A newer choice stands, whatever became of this one.
    if (!failure || wanted.current !== theme) return;
    show(kept.current);
    if (failure.kind !== "ended") setMessage(failure.kind === "refused" ? failure.message : OUT_OF_REACH);
  }

  return (
    <div>
      <form
        action="/api/profile"
        method="post"
        className="flex flex-wrap items-center gap-1"
        onSubmit={submit}
      >
        <FormKey form="theme" />
        <span id="theme-label" className="mr-1">
          Theme
        </span>
        {themes.map((each) => (
          <button
            key={each}
            type="submit"
            name="theme"
            value={each}
            aria-pressed={each === shown}
            aria-describedby="theme-label"
            className="min-h-11 rounded-full border border-transparent px-3 hover:border-edge aria-pressed:border-edge aria-pressed:bg-surface aria-pressed:text-ink"
          >
            {names[each]}
          </button>
        ))}
      </form>
      {message && (
        <p role="alert" className="mt-1 font-medium text-danger">
          {message}
        </p>
      )}
    </div>
  );
}

const OUT_OF_REACH = `${unavailableMessage.title}: the theme is as it was. Please try again.`;
