import { mustConfirm } from "@/lib/account/confirm-password";
import { activeSessions, sessionNumbers } from "@/lib/admin/active-sessions";
import { filterQuery, pageFields } from "@/lib/admin/session-filter";
import { ConfirmPasswordField } from "../_session/forms/confirm-password-field";
import { IdempotencyKey } from "../_ui/idempotency-key";
import { Notice } from "../_ui/notice";
import { findRefusal } from "../_ui/refusal";
import { FilterForm } from "./filter-form";
import { LiveSessions } from "./live-sessions";
import { accounts, type OperatorPageProps } from "./require-operator";

/** Who is signed in now, on every server, and a way to end any of it. */
export async function SessionsPage({ operator, query }: OperatorPageProps) {
  const asked = await query;
  const parsed = pageFields.safeParse(asked);
  const { cursor, ...conditions } = parsed.data ?? {};
  const [refusal, numbers, page] = await Promise.all([
    findRefusal(query),
    sessionNumbers(),
    activeSessions({ ...accounts(), own: operator }, { ...conditions, cursor }),
  ]);
  const filter = filterQuery(conditions);
  const here = filterQuery({ ...conditions, cursor });
  return (
    <>
      {!parsed.success && <Notice>One of the conditions is not acceptable: all sessions are shown.</Notice>}
      {refusal && !refusal.field && <Notice>{refusal.message}</Notice>}
      <h1 className="mb-2 font-semibold text-3xl sm:text-4xl">Active sessions</h1>
      <p className="mb-6 max-w-2xl text-muted">
        Who is signed in now, on every server. What you end here is over at once; its cart goes with it.
      </p>
      <Ended count={asked.ended} />
      <LiveSessions
        initial={{ numbers, page }}
        query={String(here)}
        filters={<FilterForm conditions={conditions} servers={Object.keys(numbers.byServer)} />}
        fields={
          <>
            <IdempotencyKey />
            <input type="hidden" name="next" value={`/admin?${here}`} />
            {mustConfirm(operator) && (
              <div className="max-w-md">
                <ConfirmPasswordField
                  hint="You signed in a while ago: please confirm that it is you, to end a session."
                  refusal={refusal}
                />
              </div>
            )}
          </>
        }
      />
      <nav aria-label="Pages" className="mt-4 flex flex-wrap gap-x-6">
        {cursor && <PageLink query={filter}>First page</PageLink>}
        {page.cursor && (
          <PageLink query={filterQuery({ ...conditions, cursor: page.cursor })}>More sessions</PageLink>
        )}
      </nav>
    </>
  );
}

/** How many were ended just now, as the handler says it in the address. */
function Ended({ count }: { readonly count: unknown }) {
  if (typeof count !== "string" || !/^\d{1,9}$/.test(count)) return null;
  return (
    <p role="status" className="mb-6 rounded-xl border border-line bg-tint px-4 py-3 font-medium">
      {count === "1" ? "1 session was ended." : `${count} sessions were ended.`}
    </p>
  );
}

function PageLink({ query, children }: { readonly query: URLSearchParams; readonly children: string }) {
  return (
    <a href={`/admin?${query}`} className="inline-flex min-h-11 items-center text-brand underline">
      {children}
    </a>
  );
}
