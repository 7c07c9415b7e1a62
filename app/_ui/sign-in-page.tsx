import Link from "next/link";
import { redirect } from "next/navigation";
import { findCurrentSession } from "@/lib/request/current-session";
import { parseSameSitePath } from "@/lib/request/same-site-path";
import { Button } from "./button";
import { IdleChoice } from "./idle-choice";
import { Notice } from "./notice";
import { PageShell } from "./page-shell";
import { findRefusal, type Query } from "./refusal";
import { TextField } from "./text-field";

const words = {
  login: {
    title: "Log in",
    button: "Log in",
    passwordHint: undefined,
    autoComplete: "current-password",
    question: "New here?",
    otherPage: "/register",
    otherTitle: "Create an account",
  },
  register: {
    title: "Create an account",
    button: "Create my account",
    passwordHint: "8 to 128 characters.",
    autoComplete: "new-password",
    question: "Have one already?",
    otherPage: "/login",
    otherTitle: "Log in",
  },
} as const;

interface Props {
  readonly kind: keyof typeof words;
  readonly query: Query;
}

/** Name, password and idle timeout; and the way in for who wants neither. The signed-in go on to `next`. */
export async function SignInPage({ kind, query }: Props) {
  const next = parseSameSitePath((await query).next) ?? "/profile";
  const known = await findCurrentSession();
  if (known !== "unavailable" && known?.session.user) redirect(next);
  const refusal = await findRefusal(query);
  const { title, button, passwordHint, autoComplete, question, otherPage, otherTitle } = words[kind];
  return (
    <PageShell>
      <div className="mx-auto max-w-md">
        <h1 className="mb-2 font-semibold text-3xl">{title}</h1>
        <p className="mb-6 text-muted">
          {question}{" "}
          <Link
            href={`${otherPage}?next=${encodeURIComponent(next)}`}
            prefetch={false}
            className="text-brand underline"
          >
            {otherTitle}
          </Link>
        </p>
        {refusal && !refusal.field && <Notice>{refusal.message}</Notice>}
        <form action={`/api/${kind}`} method="post">
          <input type="hidden" name="next" value={next} />
          <TextField
            name="username"
            label="User name"
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
          <IdleChoice refusal={refusal} idleSeconds={1800} />
          <Button wide>{button}</Button>
          {/* The same form, so that the idle timeout chosen above is a guest's, too. */}
          <div className="mt-6 border-line border-t pt-6">
            <p className="mb-3 text-muted">
              Only looking? A guest needs no password and is gone when the session ends.
            </p>
            <Button look="quiet" wide action="/api/guest">
              Continue as guest
            </Button>
          </div>
        </form>
      </div>
    </PageShell>
  );
}
