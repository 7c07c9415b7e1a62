import { describe, expect, it } from "vitest";
import { Problem, type ProblemCode, problemResponse } from "./problem.ts";

const statuses: Record<ProblemCode, number> = {
  invalid: 400,
  "no-session": 401,
  "sign-in": 401,
  "cross-site": 403,
  "not-found": 404,
  "session-changed": 409,
  "too-large": 413,
  "unsupported-type": 415,
  "slow-down": 429,
  busy: 503,
  unavailable: 503,
};
const codes = Object.keys(statuses);

describe("a problem", () => {
  it.each(Object.entries(statuses))(
    "%s is %d as problem+json with the five members",
    async (code, status) => {
      if (!isCode(code)) throw new Error(code);
      const response = problemResponse(new Problem({ code }));
      expect(response.status).toBe(status);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
      expect(response.headers.get("retry-after")).toBe(status === 503 ? "1" : null);
      const body = await response.json();
      expect(body).toEqual({
        type: "about:blank",
        title: expect.stringMatching(/^[A-Z]/),
        status,
        detail: Problem.detailOf(code),
        code,
      });
    },
  );

  it("names the field and the time to wait where there are any", async () => {
    const response = problemResponse(
      new Problem({ code: "slow-down", field: "username", retryAfterSeconds: 42 }),
    );
    expect(response.headers.get("retry-after")).toBe("42");
    expect(await response.json()).toMatchObject({ field: "username" });
  });
});

it("has words for its own codes and for nothing else that stands in an address", () => {
  for (const code of codes) expect(Problem.detailOf(code)).toMatch(/^[A-Z].*\.$/);
  const strange = [
    "",
    "__proto__",
    "constructor",
    "toString",
    "INVALID",
    "<script>",
    null,
    undefined,
    ["invalid"],
    0,
  ];
  for (const code of strange) expect(Problem.detailOf(code)).toBeNull();
});

function isCode(code: string): code is ProblemCode {
  return Object.hasOwn(statuses, code);
}
