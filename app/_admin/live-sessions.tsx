"use client";

import { type ReactNode, useEffect, useRef, useState } from "react";
import type { ActiveSession, ActiveSessions, SessionNumbers } from "@/lib/admin/active-sessions";
import { answerTo } from "../_session/store/answer-to";
import { Button } from "../_ui/button";
import { formatDuration } from "../_ui/format";
import { ActivityNumbers } from "./activity-numbers";
import { parseNumbers, parseSessions } from "./parsed-answers";

const POLL_MS = 5000;

interface Shown {
  readonly numbers: SessionNumbers;
  readonly page: ActiveSessions;
}

interface Props {
  readonly initial: Shown;
  /** Of the page's address: the conditions, and where it begins. */
  readonly query: string;
  readonly filters: ReactNode;
  /** What the form sends besides the session that is to end. */
  readonly fields: ReactNode;
}

/**
 * The numbers and the table, as the server has made them, and kept up to date while somebody looks at them. The requests renew no
 * timeout. A table that is pointed at stands still: no other session may slip below the pointer.
 */
export function LiveSessions({ initial, query, filters, fields }: Props) {
  const table = useRef<HTMLTableElement>(null);
  const [shown, setShown] = useState(initial);
  const [state, setState] = useState<"still" | "live" | "out of reach">("still");

  useEffect(() => {
    setState("live");
    let isAsking = false;
    const isPointedAt = () => table.current?.matches(":hover, :focus-within") ?? false;
    async function refresh(): Promise<void> {
      isAsking = true;
      const found = await ask(query);
      isAsking = false;
      setState(found ? "live" : "out of reach");
      if (found && !isPointedAt()) setShown(found);
    }
    const timer = setInterval(() => {
      if (!isAsking && document.visibilityState === "visible" && !isPointedAt()) void refresh();
    }, POLL_MS);
    return () => clearInterval(timer);
  }, [query]);

  const { numbers, page } = shown;
  return (
    <>
      <ActivityNumbers numbers={numbers} />
      <p className="mb-6 text-muted text-sm" data-testid="freshness">
        {state === "still" && "As it was when this page was made."}
        {state === "live" && "Updates while you look at it. The table stands still while you point at it."}
        {state === "out of reach" && "No answer just now: this is as it was before."}
      </p>
      {filters}
      <form action="/api/admin/revoke" method="post" className="mt-6">
        {fields}
        <table
          ref={table}
          className="w-full border-separate border-spacing-0 rounded-2xl border border-line bg-surface shadow-card"
        >
          <caption className="sr-only">Active sessions, newest first</caption>
          <thead className="text-left text-muted text-sm">
            <tr>
              <th scope="col" className={cellStyle}>
                Who
              </th>
              <th scope="col" className={wideHeadStyle}>
                Server
              </th>
              <th scope="col" className={wideHeadStyle}>
                Last seen
              </th>
              <th scope="col" className={wideHeadStyle}>
                Began
              </th>
              <th scope="col" className={cellStyle}>
                <span className="sr-only">End it</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {page.sessions.map((session) => (
              <Row key={session.handle} session={session} nowMs={Date.parse(page.now)} />
            ))}
          </tbody>
        </table>
        {page.sessions.length === 0 && (
          <p className="mt-4 text-muted">
            {page.cursor ? "None among those looked through so far." : "No session meets this."}
          </p>
        )}
      </form>
    </>
  );
}

async function ask(query: string): Promise<Shown | null> {
  const [numbers, page] = await Promise.all([
    answerTo("/api/admin/numbers", undefined),
    answerTo(`/api/admin/sessions?${query}`, undefined),
  ]);
  const parsed = { numbers: parseNumbers(numbers?.body), page: parseSessions(page?.body) };
  return parsed.numbers && parsed.page && { numbers: parsed.numbers, page: parsed.page };
}

interface RowProps {
  readonly session: ActiveSession;
  readonly nowMs: number;
}

function Row({ session, nowMs }: RowProps) {
  const { handle, user, device, servedBy, createdAt, lastSeenAt, current } = session;
  const name = user ?? "a visitor";
  const seen = <Age time={lastSeenAt} nowMs={nowMs} />;
  const began = <Age time={createdAt} nowMs={nowMs} />;
  return (
    <tr data-testid="active-session">
      <td className={cellStyle}>
        <p className="font-semibold [overflow-wrap:anywhere]">
          {user ? <bdi>{user}</bdi> : <span className="font-normal text-muted">visitor</span>}
          {current && (
            <span className="ml-2 rounded-full bg-tint px-2.5 py-0.5 font-normal text-sm">you</span>
          )}
        </p>
        <p className="text-muted text-sm [overflow-wrap:anywhere]">
          <bdi>{device}</bdi> · <code>{handle}</code>
        </p>
        <p className="text-muted text-sm md:hidden">
          server {servedBy} · seen {seen} · began {began}
        </p>
      </td>
      <td className={wideCellStyle}>{servedBy}</td>
      <td className={wideCellStyle}>{seen}</td>
      <td className={wideCellStyle}>{began}</td>
      <td className={`${cellStyle} text-right`}>
        <Button variant="quiet" name="handle" value={handle} label={`End the session ${handle} of ${name}`}>
          End
        </Button>
      </td>
    </tr>
  );
}

/** How long ago that was, in its two largest units. */
function Age({ time, nowMs }: { readonly time: string; readonly nowMs: number }) {
  const [value, unit, lesser, lesserUnit] = formatDuration(nowMs - Date.parse(time)).split(" ");
  return (
    <time dateTime={time} className="whitespace-nowrap tabular-nums">
      {[value, unit, lesser, lesserUnit].filter(Boolean).join(" ")} ago
    </time>
  );
}

const cellStyle = "border-line border-b px-4 py-3 align-top sm:px-5 in-[tbody>tr:last-child]:border-b-0";
const wideHeadStyle = `${cellStyle} whitespace-nowrap max-md:hidden`;
const wideCellStyle = `${cellStyle} max-md:hidden [overflow-wrap:anywhere]`;
