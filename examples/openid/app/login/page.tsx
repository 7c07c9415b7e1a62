import { Problem } from "@carryover/session";
import { redirect } from "next/navigation";
import { currentSession } from "@/lib/session";

/** What a code in the address means. The provider's own words are not shown: anybody can write an address. */
const refusals: Readonly<Record<string, string>> = {
  "access-denied": "You have not agreed to sign in. Nothing was changed.",
  "provider-refused": "The sign-in has expired or was not accepted. Please try again.",
  "provider-unreachable": "The identity provider cannot be reached just now. Please try again in a moment.",
  "unknown-sign-in": "This sign-in was not begun in this browser, or is over. Please begin again.",
};

export default async function SignInPage({ searchParams }: PageProps<"/login">) {
  const [session, { error, next }] = await Promise.all([currentSession(), searchParams]);
  if (session?.user) redirect("/account");
  const refusal =
    typeof error === "string" &&
    ((Object.hasOwn(refusals, error) && refusals[error]) || Problem.detailOf(error) || "Please try again.");
  return (
    <>
      <h1>Sign in</h1>
      {refusal && <p role="alert">{refusal}</p>}
      <form action="/api/sign-in" method="post">
        {typeof next === "string" && <input type="hidden" name="next" value={next} />}
        <button type="submit">Sign in with the provider</button>
      </form>
    </>
  );
}
