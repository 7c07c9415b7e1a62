import type { LiveStore } from "./live-store";
import type { Failure } from "./outcome";
import { toldSession } from "./parsed-session";
import { withTold } from "./refresh";
import { sendChange } from "./session-requests";
import { announce } from "./tab-channel";

/** Keeps a theme in the session, and begins one where there is none. `null`: it is kept. */
export async function keepTheme(live: LiveStore, theme: string): Promise<Failure | null> {
  const outcome = await live.queue.run(() => sendChange("/api/profile", { theme }));
  if (outcome.kind !== "done") {
    if (outcome.kind === "ended") live.set(() => ({ presence: "ended" }));
    return outcome;
  }
  const told = toldSession(outcome.body);
  live.set((state) => ({
    ...(told && withTold(state, told)),
    servedBy: outcome.servedBy ?? state.servedBy,
  }));
  announce(live);
  return null;
}
