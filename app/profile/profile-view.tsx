"use client";

import type { ReactNode } from "react";
import type { Profile, SessionData } from "@/lib/session-definition";
import { FormKey } from "../_session/forms/form-key";
import { Button } from "../_ui/button";
import { Card } from "../_ui/card";
import { IdleChoice } from "../_ui/idle-choice";
import { Notice } from "../_ui/notice";
import { PageHead } from "../_ui/page-head";
import type { Refusal } from "../_ui/refusal";
import { ProfileForm } from "./profile-form";
import { SessionFacts, type ShownFacts } from "./session-facts";
import { ViewsByServer } from "./views-by-server";

interface Props {
  readonly profile: Profile;
  readonly facts: ShownFacts;
  readonly views: SessionData["views"];
  readonly refusal: Refusal | null;
  /** The forms of those who have an account. */
  readonly children: ReactNode;
}

/** The session, and all that its user may change about it. */
export function ProfileView({ profile, facts, views, refusal, children }: Props) {
  return (
    <>
      <PageHead
        title="Your profile"
        description="Your session as Redis holds it: its two timeouts, its views by server, its profile."
        isListed={false}
      />
      {refusal && !refusal.field && <Notice>{refusal.message}</Notice>}
      <div className="mb-8 flex flex-wrap items-end justify-between gap-4">
        <div>
          <h1 className="font-semibold text-3xl [overflow-wrap:anywhere] sm:text-4xl">
            Hello, <bdi>{profile.displayName}</bdi>
          </h1>
          <p className="mt-1 text-muted">This page came from one server, what it shows from Redis.</p>
        </div>
        <form action="/api/logout" method="post">
          <FormKey form="log-out-here" />
          <Button variant="quiet">Log out</Button>
        </form>
      </div>
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-6 lg:grid-cols-2">
        <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
          <Card title="Your session, as Redis holds it">
            <SessionFacts facts={facts} />
          </Card>
          <Card title="Views by server">
            <ViewsByServer views={views} />
          </Card>
        </div>
        <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
          <Card title="Idle timeout">
            <form action="/api/session/idle" method="post">
              <FormKey form="idle-timeout" />
              <IdleChoice refusal={refusal} idleSeconds={facts.idleSeconds} />
              <Button variant="quiet">Change it</Button>
            </form>
          </Card>
          <Card title="Profile">
            <ProfileForm profile={profile} refusal={refusal} />
          </Card>
          {children}
        </div>
      </div>
    </>
  );
}
