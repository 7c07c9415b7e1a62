import { parseSameSitePath } from "@carryover/session";
import { redirect } from "next/navigation";
import { sessionOrOutage } from "@/lib/session";
import { shopProblemDetail } from "@/lib/shop-problem";
import { Button } from "./button";
import { IdempotencyKey } from "./idempotency-key";
import { IdleChoice } from "./idle-choice";
import { Notice } from "./notice";
import { PASSWORD_RULES } from "./password-rules";
import { findRefusal, type Query, type Refusal } from "./refusal";
import { TextField } from "./text-field";

const messages = {
  login: {
    title: "Log in",
    button: "Log in",
    userNameHint: undefined,
    passwordHint: undefined,
    autoComplete: "current-password",
    question: "New here?",
    otherPage: "/register",
    otherTitle: "Create an account",
  },
  register: {
    title: "Create an account",
    button: "Create my account",
    userNameHint: "3 to 32 of a–z, 0–9, dot, underscore and hyphen.",
    passwordHint: PASSWORD_RULES,
    autoComplete: "new-password",
    question: "Have one already?",
    otherPage: "/login",
    otherTitle: "Log in",
  },
} as const;

interface Props {
  readonly kind: keyof typeof messages;
  readonly query: Query;
}

/** Name, password and idle timeout, and a guest's sign-in without them. A signed-in user is redirected to `next`. */
export async function SignInPage({ kind, query }: Props) {
  const next = parseSameSitePath((await query).next) ?? "/profile";
  const { session } = await sessionOrOutage();
  if (session?.user) redirect(next);
  const refusal = signInRefusal(kind, await findRefusal(query));
  const { title, button, userNameHint, passwordHint, autoComplete, question, otherPage, otherTitle } =
    messages[kind];
  return (
    <div className="mx-auto max-w-md">
      <h1 className="mb-2 font-semibold text-3xl">{title}</h1>
      <p className="mb-6 text-muted">
        {question}{" "}
        <a href={`${otherPage}?next=${encodeURIComponent(next)}`} className="text-brand underline">
          {otherTitle}
        </a>
      </p>
      {refusal && !refusal.field && <Notice>{refusal.message}</Notice>}
      <form action={`/api/${kind}`} method="post">
        <IdempotencyKey />
        <input type="hidden" name="next" value={next} />
        <TextField
          name="username"
          label="User name"
          hint={userNameHint}
          refusal={refusal}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
        />
        <TextField
          name="password"
          label="Password"
          type="password"
          hint={passwordHint}
          refusal={refusal}
          autoComplete={autoComplete}
          required
        />
        {kind === "login" && (
          <p className="-mt-2 mb-5 text-muted text-sm">
            Forgotten it? This demo sends no mail, so it cannot be had back: create another account, or
            continue as guest.
          </p>
        )}
        <IdleChoice refusal={refusal} idleSeconds={1800} />
        <RememberChoice />
        <Button wide>{button}</Button>
        {/* The same form, so that the idle timeout chosen above is a guest's, too. */}
        <div className="mt-6 border-line border-t pt-6">
          <p className="mb-3 text-muted">
            Only looking? A guest needs no password and is gone when the session ends.
          </p>
          <Button variant="quiet" wide action="/api/guest">
            Continue as guest
          </Button>
        </div>
      </form>
    </div>
  );
}

/** A box that is not ticked sends nothing: the field before it, of the same name, says no then. */
function RememberChoice() {
  return (
    <div className="mb-6">
      <input type="hidden" name="remember" value="0" />
      <label className="flex min-h-11 items-center gap-2.5">
        <input type="checkbox" name="remember" value="1" defaultChecked aria-describedby="remember-hint" />
        Keep me signed in
      </label>
      <p id="remember-hint" className="text-muted text-sm">
        Untick it on a computer that others use: then you are signed out when the browser closes, and within a
        day.
      </p>
    </div>
  );
}

/** A sign-in form states no rules: a name or a password that breaks them is a wrong one. */
function signInRefusal(kind: Props["kind"], refusal: Refusal | null): Refusal | null {
  const isOfCredentials = refusal?.field === "username" || refusal?.field === "password";
  if (kind !== "login" || !isOfCredentials) return refusal;
  return { field: "password", message: shopProblemDetail("bad-credentials") ?? refusal.message };
}
