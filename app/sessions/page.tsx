import { mustConfirm } from "@/lib/account/confirm-password";
import { openSession, requireUser } from "@/lib/session";
import { ConfirmPasswordField } from "../_session/forms/confirm-password-field";
import { Button } from "../_ui/button";
import { IdempotencyKey } from "../_ui/idempotency-key";
import { Notice } from "../_ui/notice";
import { PageHead } from "../_ui/page-head";
import { findRefusal, type Query } from "../_ui/refusal";
import { DeviceRow } from "./device-row";

export default async function SessionsPage({ searchParams }: { readonly searchParams: Query }) {
  const known = await requireUser("/sessions");
  const devices = await (await openSession()).list();
  const refusal = await findRefusal(searchParams);
  const { locale } = known.data.profile;
  return (
    <>
      <PageHead
        title="Your devices"
        description="Wherever you are signed in, and a way to end any of it."
        isListed={false}
      />
      {refusal && !refusal.field && <Notice>{refusal.message}</Notice>}
      <h1 className="mb-2 font-semibold text-3xl sm:text-4xl">Your devices</h1>
      <p className="mb-6 max-w-2xl text-muted">
        Wherever you are signed in. What you end here is over at once, on every server; its cart goes with it.
      </p>
      {/* One form, so that one password confirms whichever button is pressed, without JavaScript too. */}
      <form action="/api/sessions/revoke" method="post">
        <IdempotencyKey />
        {mustConfirm(known) && (
          <div className="max-w-md">
            <ConfirmPasswordField refusal={refusal} />
          </div>
        )}
        <ul className="divide-y divide-line rounded-2xl border border-line bg-surface shadow-card">
          {devices.map((device) => (
            <DeviceRow key={device.handle} device={device} locale={locale} />
          ))}
        </ul>
        <div className="mt-6 flex flex-wrap gap-3">
          {devices.length > 1 && (
            <Button variant="danger" name="others" value="1">
              End all others
            </Button>
          )}
          <Button variant="danger" name="all" value="1">
            End all, this one too
          </Button>
        </div>
      </form>
    </>
  );
}
