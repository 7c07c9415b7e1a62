import type { Metadata } from "next";
import { isGuest } from "@/lib/account/account";
import { requireUser } from "@/lib/session";
import { Button } from "../_ui/button";
import { Card } from "../_ui/card";
import { IdempotencyKey } from "../_ui/idempotency-key";
import { IdleChoice } from "../_ui/idle-choice";
import { Notice } from "../_ui/notice";
import { findRefusal, type Query } from "../_ui/refusal";
import { DeleteAccountForm } from "./delete-account-form";
import { PasswordForm } from "./password-form";
import { ProfileForm } from "./profile-form";
import { SessionFacts } from "./session-facts";
import { ViewsByServer } from "./views-by-server";

export const metadata: Metadata = {
  title: "Your profile",
  description: "Your session as Redis holds it: its two timeouts, its views by server, its profile.",
  robots: { index: false },
};

export default async function ProfilePage({ searchParams }: { readonly searchParams: Query }) {
  const known = await requireUser("/profile");
  const refusal = await findRefusal(searchParams);
  const { data, idleSeconds } = known;
  const { profile, views } = data;
  return (
    <>
      {refusal && !refusal.field && <Notice>{refusal.message}</Notice>}
      <div className="mb-8 flex flex-wrap items-end justify-between gap-4">
        <div>
          <h1 className="font-semibold text-3xl [overflow-wrap:anywhere] sm:text-4xl">
            Hello, <bdi>{profile.displayName}</bdi>
          </h1>
          <p className="mt-1 text-muted">This page came from one server, what it shows from Redis.</p>
        </div>
        <form action="/api/logout" method="post">
          <IdempotencyKey />
          <Button variant="quiet">Log out</Button>
        </form>
      </div>
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-6 lg:grid-cols-2">
        <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
          <Card title="Your session, as Redis holds it">
            <SessionFacts known={known} />
          </Card>
          <Card title="Views by server">
            <ViewsByServer views={views} />
          </Card>
        </div>
        <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
          <Card title="Idle timeout">
            <form action="/api/session/idle" method="post">
              <IdempotencyKey />
              <IdleChoice refusal={refusal} idleSeconds={idleSeconds} />
              <Button variant="quiet">Change it</Button>
            </form>
          </Card>
          <Card title="Profile">
            <ProfileForm profile={profile} refusal={refusal} />
          </Card>
          {!isGuest(known.user) && (
            <>
              <Card title="Password">
                <PasswordForm refusal={refusal} />
              </Card>
              <Card title="Delete the account">
                <DeleteAccountForm refusal={refusal} />
              </Card>
            </>
          )}
        </div>
      </div>
    </>
  );
}
