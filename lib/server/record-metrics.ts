import type { Server } from "node:http";
import { installSessionObserver } from "@carryover/session/next";
import type { Meter } from "@opentelemetry/api";
import { isGuest } from "@/lib/account/account";
import { hashLoad } from "@/lib/account/password-hash";
import { watchAnswers, watchRequestsTo } from "./watch-http";

// A name here is the name that Prometheus has: its exporter adds no unit to a name, and a collector adds none where one
// stands already. Both ways lead to the names in docs/operate.md and deploy/grafana. No label holds a user, a session, an
// address or a path: each has a few values, all of them written in the code.
const REDIS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const ANSWER_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

interface Recorded {
  /** Where Redis is: the requests to it are counted. */
  readonly redisOrigin: string;
  /** A server of this process whose answers are not counted. */
  readonly ignored: Server | null;
}

/** Counts from now on what this process does. Once a process. */
export function recordMetrics(meter: Meter, { redisOrigin, ignored }: Recorded): void {
  recordSessions(meter);
  recordHashes(meter);

  const requests = meter.createHistogram("carryover_redis_request_duration_seconds", {
    description:
      "REST requests to Redis, the edge middleware's too, by outcome: ok, an HTTP status, or failed.",
    unit: "s",
    advice: { explicitBucketBoundaries: REDIS_SECONDS },
  });
  watchRequestsTo(redisOrigin, (outcome, seconds) => requests.record(seconds, { outcome }));

  const answers = meter.createHistogram("carryover_http_request_duration_seconds", {
    description:
      "HTTP answers by area (page, api, file, health) and status; aborted: the client did not wait.",
    unit: "s",
    advice: { explicitBucketBoundaries: ANSWER_SECONDS },
  });
  watchAnswers(({ server, area, status, seconds }) => {
    if (server !== ignored) answers.record(seconds, { area, status });
  });
}

function recordSessions(meter: Meter): void {
  const begun = meter.createCounter("carryover_sessions_begun_total", {
    description: "Sessions that began, by kind: visitor, guest, account.",
  });
  const ended = meter.createCounter("carryover_sessions_ended_total", {
    description: "Sessions that ended before their timeouts, by reason.",
  });
  const refused = meter.createCounter("carryover_requests_refused_total", {
    description: "Requests to handlers that were refused, by the code of the answer.",
  });
  const limits = meter.createCounter("carryover_limits_hit_total", {
    description: "Limits that refused, by limit: begin, sign-in-name, sign-in-address, confirm.",
  });
  const events = meter.createCounter("carryover_audit_events_total", {
    description:
      "Audit events of handlers and pages, also those beyond what the log writes, by event; of seals, why.",
  });
  const operations = meter.createHistogram("carryover_redis_operation_duration_seconds", {
    description:
      "What handlers and pages asked of Redis, by operation and outcome; several share a REST request.",
    unit: "s",
    advice: { explicitBucketBoundaries: REDIS_SECONDS },
  });
  installSessionObserver({
    began(user) {
      begun.add(1, { kind: !user ? "visitor" : isGuest(user) ? "guest" : "account" });
    },
    audited(event, { why = "", limit = "" }) {
      events.add(1, { event, ...(event === "seal-refused" && { why }) });
      if (event === "session-ended") ended.add(1, { reason: why });
      if (event === "limit-hit") limits.add(1, { limit });
    },
    refused: (code) => refused.add(1, { code }),
    asked: (operation, outcome, seconds) => operations.record(seconds, { operation, outcome }),
  });
}

function recordHashes(meter: Meter): void {
  meter
    .createObservableGauge("carryover_password_hashes", {
      description: "Passwords that are being hashed now, and that wait, by state: running, waiting.",
    })
    .addCallback((result) => {
      const { running, waiting } = hashLoad();
      result.observe(running, { state: "running" });
      result.observe(waiting, { state: "waiting" });
    });
  meter
    .createObservableCounter("carryover_password_hashes_refused_total", {
      description: "Passwords that were not hashed, because too many waited.",
    })
    .addCallback((result) => result.observe(hashLoad().refused));
}
