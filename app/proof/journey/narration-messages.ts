import type { JourneyShown } from "./journey-engine";

/** What happens, in a sentence. It changes when something happens, not with every request of a journey that goes on. */
export function narrationMessage(shown: JourneyShown): string {
  const { trouble, mode, ending, isChanged, presence, session, dots } = shown;
  const retry = mode === "resting" ? "" : " Trying again every second.";
  if (trouble === "store") return `The store cannot be reached. Your browser keeps its key.${retry}`;
  if (trouble === "network") return `Nobody answers.${retry}`;
  if (ending) return endings[ending];
  if (trouble === "refused") return "The request was refused. Please load the page again.";
  if (isChanged) return "Another tab gave this browser another session. It goes on from here.";
  const recent = dots.slice(-6);
  if (mode === "going" && recent.some((dot) => dot.trouble === "server"))
    return "A server died with a request in its hands. It was not sent twice.";
  const back = recent.findLast((dot) => dot.isBack)?.server;
  if (back) return `Server ${back} is a new process now, and knew you all the same.`;
  if (mode === "going") return "Whoever answers, the session is the same.";
  const last = dots.at(-1);
  if (last?.trouble) return "The server died with the request in its hands. It was not sent twice.";
  if (last && session) {
    const roundTrips = last.timing.roundTrips.length;
    const often = roundTrips === 1 ? "once" : roundTrips === 2 ? "twice" : `${roundTrips} times`;
    // Every page says that it costs one request: what is sent here is no page view.
    const asked = roundTrips > 0 ? ` A change, not a page view: it asked Redis ${often}.` : "";
    return `Server ${last.server} counted a view in ${Math.round(last.ms)} ms, and knew you.${asked}`;
  }
  return presence === "none"
    ? "You carry nothing yet. One press begins a session."
    : "One press, and see who answers.";
}

const endings = {
  elsewhere: "This session was ended elsewhere. The next press begins another.",
  idle: "The session ran out, at its idle timeout. The next press begins another.",
  lost: "The session is gone before its time. That should never happen.",
} as const;
