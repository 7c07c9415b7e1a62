import { parseVariables } from "@carryover/session/redis";
import { z } from "zod/mini";

/** What the environment says of the shop alone, parsed; what it says of sessions, the package reads. */
export interface ShopEnv {
  /** Attempts a minute to sign in to one account; ten times that from one address. */
  readonly signInLimit: number;
  /** Where the server runs, as far as it is known: for people to read. */
  readonly host: { readonly platform: string | null; readonly region: string | null };
  /** Whether spans are sent somewhere. */
  readonly isTraced: boolean;
  readonly metrics: {
    /** Where Prometheus may read them on this machine; `null`: nowhere. */
    readonly port: number | null;
    /** How often they are sent to a collector; `null`: never. */
    readonly pushMs: number | null;
  };
  /** Who stops and starts the parts of the local cloud that this server runs on; `null` anywhere else. */
  readonly supervisor: { readonly url: string; readonly token: string } | null;
}

const text = (pattern: RegExp) => z.optional(z.string().check(z.regex(pattern)));
const url = z.optional(z.url({ protocol: /^https?$/ })).check(z.describe("an http(s) URL"));
const port = z
  .optional(
    z.pipe(
      z.pipe(z.string().check(z.regex(/^[1-9]\d{0,4}$/)), z.transform(Number)),
      z.number().check(z.maximum(65_535)),
    ),
  )
  .check(z.describe("a port from 1 to 65535"));

const variables = z.object({
  SIGN_IN_LIMIT: z
    ._default(z.pipe(z.string().check(z.regex(/^([1-9]\d{0,5}|1000000)$/)), z.transform(Number)), 10)
    .check(z.describe("an integer from 1 to 1000000")),
  // With such a namespace, one app's session could have the key of another's account.
  SESSION_NAMESPACE: text(/^(?!account:)/).check(
    z.describe("a namespace that does not begin with `account:`"),
  ),
  PLATFORM: text(/^[\w .()-]{1,40}$/).check(z.describe("the host's name in up to 40 characters")),
  METRICS_PORT: port,
  // OpenTelemetry's own: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url,
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: url,
  OTEL_TRACES_EXPORTER: text(/^(otlp|none)$/).check(z.describe("otlp or none")),
  OTEL_METRICS_EXPORTER: text(/^(none|(otlp|prometheus)(,(otlp|prometheus))?)$/).check(
    z.describe("otlp, prometheus, both with a comma between them, or none"),
  ),
  OTEL_METRIC_EXPORT_INTERVAL: z
    .optional(z.pipe(z.string().check(z.regex(/^[1-9]\d{2,7}$/)), z.transform(Number)))
    .check(z.describe("an integer of 100 milliseconds or more")),
  OTEL_EXPORTER_PROMETHEUS_PORT: port,
  SUPERVISOR_URL: z
    .optional(z.url({ protocol: /^http$/, hostname: /^(localhost|127\.0\.0\.1|\[::1\])$/ }))
    .check(
      z.describe("an http URL on this machine, set together with SUPERVISOR_TOKEN by the local cloud alone"),
    ),
  SUPERVISOR_TOKEN: text(/^[\w-]{16,128}$/).check(
    z.describe("a token, set together with SUPERVISOR_URL by the local cloud alone"),
  ),
});
const withSupervisor = z.required(variables, { SUPERVISOR_URL: true, SUPERVISOR_TOKEN: true });

/** @throws EnvError naming everything that is missing or wrong. */
export function parseShopEnv(source: Readonly<Record<string, string | undefined>>): ShopEnv {
  const hasSupervisor = source.SUPERVISOR_URL || source.SUPERVISOR_TOKEN;
  const env = parseVariables(hasSupervisor ? withSupervisor : variables, source);
  return {
    signInLimit: env.SIGN_IN_LIMIT,
    host: hostOf(source),
    isTraced:
      env.OTEL_TRACES_EXPORTER !== "none" &&
      (env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? env.OTEL_EXPORTER_OTLP_ENDPOINT) !== undefined,
    metrics: metricsOf(env),
    supervisor:
      env.SUPERVISOR_URL && env.SUPERVISOR_TOKEN
        ? { url: new URL(env.SUPERVISOR_URL).origin, token: env.SUPERVISOR_TOKEN }
        : null,
  };
}

/** Unlike the SDK's own start, which sends to this machine by default, nothing is sent or served without a word. */
function metricsOf(env: z.infer<typeof variables>): ShopEnv["metrics"] {
  const exporters = (env.OTEL_METRICS_EXPORTER ?? "otlp").split(",");
  const collector = env.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT ?? env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const isPushed = exporters.includes("otlp") && collector !== undefined;
  const standardPort = env.OTEL_EXPORTER_PROMETHEUS_PORT ?? 9464;
  return {
    port: env.METRICS_PORT ?? (exporters.includes("prometheus") ? standardPort : null),
    pushMs: isPushed ? (env.OTEL_METRIC_EXPORT_INTERVAL ?? 60_000) : null,
  };
}

/** What each host calls itself in the environment, and where it says its region. */
const hosts = [
  { mark: "VERCEL", platform: "Vercel", region: "VERCEL_REGION" },
  { mark: "NETLIFY", platform: "Netlify", region: "AWS_REGION" },
  { mark: "AWS_LAMBDA_FUNCTION_NAME", platform: "AWS Lambda", region: "AWS_REGION" },
  { mark: "FLY_APP_NAME", platform: "Fly.io", region: "FLY_REGION" },
  { mark: "RENDER", platform: "Render", region: "RENDER_REGION" },
] as const;

/** `PLATFORM` names a host that does not name itself. */
function hostOf(source: Readonly<Record<string, string | undefined>>): ShopEnv["host"] {
  const host = hosts.find(({ mark }) => source[mark]);
  const platform = source.PLATFORM || (host?.platform ?? null);
  return { platform, region: (host && source[host.region]) || null };
}

let parsed: ShopEnv | undefined;

/** The shop's environment of this process, read once. @throws EnvError */
export function readShopEnv(): ShopEnv {
  parsed ??= parseShopEnv(process.env);
  return parsed;
}
