import { shownHost } from "@/lib/proof/shown-host";
import { server, sessionOrOutage } from "@/lib/session";
import { sessionView } from "@/lib/session-view";
import { parseSession } from "../_session/store/parsed-session";
import { Notice } from "../_ui/notice";
import { PageHead } from "../_ui/page-head";
import { findRefusal, type Query } from "../_ui/refusal";
import { readCloud } from "./chaos/cloud";
import { ProofView } from "./proof-view";
import "./proof.css";

export default async function ProofPage({ searchParams }: { readonly searchParams: Query }) {
  const refusal = await findRefusal(searchParams);
  const [{ found }, { cloud, host }] = await Promise.all([sessionOrOutage(), shownHost()]);
  const isFound = found !== null && found !== "unavailable";
  return (
    <>
      <PageHead
        title="The proof"
        description="Send requests, stop servers, take Redis away for ten seconds, and watch one session outlive them all."
      />
      {refusal && <Notice>{refusal.message}</Notice>}
      <div className="mb-6 max-w-2xl sm:mb-8">
        <h1 className="mb-2 font-semibold text-3xl leading-tight sm:text-4xl">Any server will do.</h1>
        <p className="text-pretty text-muted sm:text-lg">
          None of them keeps anything of yours. Your session lives in Redis, and your browser holds the key.
        </p>
      </div>
      <ProofView
        initial={isFound ? (parseSession({ session: sessionView(found) }) ?? null) : found}
        timeouts={
          isFound
            ? {
                ttlMs: found.ttlMs,
                idleMs: found.idleSeconds * 1000,
                lifetimeLeftMs: found.expiresAt - found.nowMs,
                lifetimeMs: found.expiresAt - found.createdAt,
              }
            : null
        }
        cloud={readCloud(cloud)}
        host={host}
        server={{ name: server.name, since: server.startedAt }}
      />
    </>
  );
}
