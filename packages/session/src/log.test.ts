import { afterEach, expect, it, vi } from "vitest";
import { logEvent } from "./log.ts";

const output = vi.spyOn(console, "info").mockImplementation(() => {});
afterEach(() => output.mockClear());
const lines = () => output.mock.calls.map(([line]) => String(line));

it("a line has its time in UTC and its event, in JSON", () => {
  logEvent("limit-hit", { account: "x" }, "info");
  const [line = ""] = lines();
  expect(JSON.parse(line)).toEqual({
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    event: "limit-hit",
    account: "x",
  });
});

it("no text ends its line or begins another field, whatever it holds", () => {
  const texts = [
    '\n{"event":"session-begun"}',
    '","event":"session-ended',
    "\u2028\u2029\u0085",
    "\u001b[2J",
    "\u009b2J",
    "\r",
    "\\",
  ];
  for (const path of texts) logEvent("cross-site-refused", { path }, "info");
  expect(lines().map((line) => JSON.parse(line))).toEqual(
    texts.map((path) => expect.objectContaining({ event: "cross-site-refused", path })),
  );
  for (const line of lines()) expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
});

it("no text is longer than 200 characters", () => {
  logEvent("cross-site-refused", { path: "x".repeat(5000) }, "info");
  expect(JSON.parse(lines()[0] ?? "").path).toHaveLength(200);
});
