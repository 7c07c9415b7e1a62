import { EnvError } from "@carryover/session/internal/env";
import { describe, expect, it } from "vitest";
import { parseShopEnv } from "./shop-env";

function refusalOf(source: Record<string, string | undefined>): EnvError {
  try {
    parseShopEnv(source);
  } catch (error) {
    if (error instanceof EnvError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}
const namesIn = ({ message }: EnvError) => [...message.matchAll(/^ {2}(\w+) is/gm)].map(([, name]) => name);

describe("the shop's environment", () => {
  it("has a default for everything, also where a variable is empty", () => {
    const defaults = {
      signInLimit: 10,
      host: { platform: null, region: null },
      isTraced: false,
      metrics: { port: null, pushMs: null },
      supervisor: null,
    };
    expect(parseShopEnv({})).toEqual(defaults);
    const empty = { SIGN_IN_LIMIT: "", PLATFORM: "", SUPERVISOR_URL: "", SUPERVISOR_TOKEN: "", VERCEL: "" };
    expect(parseShopEnv(empty)).toEqual(defaults);
  });

  it("refuses a namespace in which a session could have the key of an account", () => {
    expect(namesIn(refusalOf({ SESSION_NAMESPACE: "account:" }))).toEqual(["SESSION_NAMESPACE"]);
    expect(() => parseShopEnv({ SESSION_NAMESPACE: "shop:account:" })).not.toThrow();
  });

  it("knows the hosts that name themselves, and takes a name for those that do not", () => {
    const hostIn = (more: Record<string, string>) => parseShopEnv(more).host;
    expect(hostIn({ VERCEL: "1", VERCEL_REGION: "fra1" })).toEqual({ platform: "Vercel", region: "fra1" });
    expect(hostIn({ AWS_LAMBDA_FUNCTION_NAME: "shop", AWS_REGION: "eu-west-1" })).toEqual({
      platform: "AWS Lambda",
      region: "eu-west-1",
    });
    expect(hostIn({ PLATFORM: "Cloudflare Workers" })).toEqual({
      platform: "Cloudflare Workers",
      region: null,
    });
    expect(() => hostIn({ PLATFORM: "<b>" })).toThrow("PLATFORM is wrong");
  });

  it("has both of the supervisor's or neither, and its own machine's", () => {
    const both = { SUPERVISOR_URL: "http://127.0.0.1:4000", SUPERVISOR_TOKEN: "t".repeat(32) };
    expect(parseShopEnv(both).supervisor).toEqual({
      url: both.SUPERVISOR_URL,
      token: both.SUPERVISOR_TOKEN,
    });
    for (const name of ["SUPERVISOR_URL", "SUPERVISOR_TOKEN"] as const) {
      const refusal = refusalOf({ ...both, [name]: "" });
      expect(namesIn(refusal)).toEqual([name]);
      expect(refusal.message).toContain(`${name} is missing`);
    }
    for (const url of ["https://127.0.0.1:1", "http://h:1", "http://127.0.0.1.h", "http://10.0.0.1", "h"]) {
      expect([url, namesIn(refusalOf({ ...both, SUPERVISOR_URL: url }))]).toEqual([url, ["SUPERVISOR_URL"]]);
    }
    for (const url of ["http://localhost:4000", "http://[::1]:4000"]) {
      expect(parseShopEnv({ ...both, SUPERVISOR_URL: url }).supervisor?.url).toBe(url);
    }
  });

  it("sends traces and metrics where OpenTelemetry's variables say, and shows metrics at METRICS_PORT", () => {
    const told = (more: Record<string, string>) => {
      const { isTraced, metrics } = parseShopEnv(more);
      return [isTraced, metrics.pushMs, metrics.port];
    };
    const collector = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://localhost:4318" };
    expect(told(collector)).toEqual([true, 60_000, null]);
    expect(told({ ...collector, OTEL_TRACES_EXPORTER: "none" })).toEqual([false, 60_000, null]);
    expect(told({ ...collector, OTEL_METRICS_EXPORTER: "none" })).toEqual([true, null, null]);
    expect(told({ ...collector, OTEL_METRICS_EXPORTER: "prometheus" })).toEqual([true, null, 9464]);
    const both = { OTEL_METRICS_EXPORTER: "otlp,prometheus", OTEL_EXPORTER_PROMETHEUS_PORT: "9500" };
    expect(told({ ...collector, ...both })).toEqual([true, 60_000, 9500]);
    expect(told({ ...both, METRICS_PORT: "9501" })).toEqual([false, null, 9501]);
    expect(told({ METRICS_PORT: "9464" })).toEqual([false, null, 9464]);
    const metricsAlone = { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: "http://localhost:4318/v1/metrics" };
    expect(told({ ...metricsAlone, OTEL_METRIC_EXPORT_INTERVAL: "5000" })).toEqual([false, 5000, null]);
    for (const [name, value] of [
      ["METRICS_PORT", "65536"],
      ["METRICS_PORT", "0"],
      ["OTEL_METRICS_EXPORTER", "console"],
      ["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "localhost:4318"],
    ] as const)
      expect(namesIn(refusalOf({ [name]: value }))).toEqual([name]);
  });

  it.each(["0", "1000001", "0x10", "1e3", "ten"])(
    "is refused for a SIGN_IN_LIMIT of %j, and shows it nowhere",
    (limit) => {
      const refusal = refusalOf({ SIGN_IN_LIMIT: limit });
      expect(namesIn(refusal)).toEqual(["SIGN_IN_LIMIT"]);
      expect(refusal.message).not.toContain(limit === "0" ? "'0'" : `"${limit}"`);
    },
  );
});
