import { mustConfirm } from "@/lib/account/confirm-password";
import {
  type FilterFields,
  filterFields,
  filterQuery,
  isFiltered,
  sessionFilterOf,
} from "@/lib/admin/session-filter";
import { admin } from "@/lib/session";
import { ConfirmPasswordField } from "../_session/forms/confirm-password-field";
import { Button } from "../_ui/button";
import { Fact, Facts } from "../_ui/facts";
import { formatDuration } from "../_ui/format";
import { IdempotencyKey } from "../_ui/idempotency-key";
import { Notice } from "../_ui/notice";
import { formatCount, numberStyleOf } from "../_ui/number-style";
import { findRefusal } from "../_ui/refusal";
import { accounts, type Operator, type OperatorPageProps } from "./require-operator";

/** Asks whether all sessions that meet the conditions shall end, and says how many they are now. */
export async function EndManyPage({ operator, query }: OperatorPageProps) {
  const { data: conditions } = filterFields.safeParse(await query);
  if (!conditions || !isFiltered(conditions)) return <NoCondition isWrong={!conditions} />;
  const [refusal, count] = await Promise.all([findRefusal(query), countOf(operator, conditions)]);
  const number = formatCount(count, numberStyleOf(operator.data.profile.locale));
  const sessions = count === 1 ? "1 session" : `${number} sessions`;
  return (
    <div className="mx-auto max-w-xl">
      {refusal && !refusal.field && <Notice>{refusal.message}</Notice>}
      <h1 className="mb-2 font-semibold text-3xl">
        {count === 0 ? "No session meets this" : `End ${sessions}?`}
      </h1>
      {count > 0 && (
        <p className="mb-6 text-muted">
          All that meet these conditions when you press the button end at once, with their carts. If yours is
          among them, you are signed out, too.
        </p>
      )}
      <div className="mb-6 rounded-2xl border border-line bg-surface px-5 py-2 shadow-card">
        <Facts>
          {Object.entries(inWords(conditions)).map(([name, value]) => (
            <Fact key={name} name={name}>
              {value}
            </Fact>
          ))}
        </Facts>
      </div>
      <form action="/api/admin/revoke" method="post">
        <IdempotencyKey />
        <input type="hidden" name="many" value="1" />
        {[...filterQuery(conditions)].map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        {count > 0 && mustConfirm(operator) && <ConfirmPasswordField refusal={refusal} />}
        <div className="flex flex-wrap items-center gap-x-6 gap-y-3">
          {count > 0 && <Button variant="danger">End {sessions}</Button>}
          <a href={`/admin?${filterQuery(conditions)}`} className="text-brand underline">
            Back{count > 0 && ", and end none"}
          </a>
        </div>
      </form>
    </div>
  );
}

async function countOf(operator: Operator, conditions: FilterFields): Promise<number> {
  const filter = await sessionFilterOf(accounts(), conditions, operator.nowMs);
  return filter ? (await admin.revokeWhere(filter, { by: "admin", dryRun: true })).matched : 0;
}

/** The conditions in words, by what they are about. */
function inWords({ user, kind, server, device, olderThan, idleFor }: FilterFields): Record<string, string> {
  const duration = (seconds: number) => formatDuration(seconds * 1000).replace(/( 00 \w+)+$/, "");
  return {
    ...(user && { "User name": user }),
    ...(kind && { Who: kind === "users" ? "signed in" : "visitors" }),
    ...(server && { Server: server }),
    ...(device && { Device: device }),
    ...(olderThan && { Began: `${duration(olderThan)} ago or longer` }),
    ...(idleFor && { "Not used for": `${duration(idleFor)} or longer` }),
  };
}

function NoCondition({ isWrong }: { readonly isWrong: boolean }) {
  return (
    <div className="mx-auto max-w-xl">
      <h1 className="mb-4 font-semibold text-3xl">Which sessions?</h1>
      <p className="mb-6 text-lg text-muted">
        {isWrong
          ? "One of the conditions is not acceptable."
          : "Without a condition it would be every session."}{" "}
        None was ended.
      </p>
      <a href="/admin" className="text-brand text-lg underline">
        Back to the sessions
      </a>
    </div>
  );
}
