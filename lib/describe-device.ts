import Bowser from "bowser";

/** No browser says more about itself than this. */
const MAX_USER_AGENT = 512;

/** The browser and the system, such as `Firefox on Linux`, from `User-Agent`. That header may hold anything; `""` where it names neither. */
export function describeDevice(headers: Headers): string {
  const userAgent = headers.get("user-agent")?.slice(0, MAX_USER_AGENT);
  if (!userAgent) return "";
  const { browser, os } = Bowser.parse(userAgent);
  // A header may hold controls of eight bits, and what it says is shown.
  const names = [browser.name, os.name].map((name) =>
    name
      ?.replaceAll(/\p{Cc}/gu, "")
      .trim()
      .slice(0, 32),
  );
  return names.filter(Boolean).join(" on ");
}
