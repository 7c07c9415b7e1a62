import { expect, it } from "vitest";
import { parseEnv } from "../env.ts";
import { createSessionId } from "../session-id.ts";
import { testVariables } from "../testing/test-env.ts";
import { redisKeys } from "./keys.ts";

const id = createSessionId();
const all = ({ session, userSessions, limit }: ReturnType<typeof redisKeys>) => [
  session(id),
  userSessions("0b4e4c5e-6f3d-4a39-9d3c-1f6f3a3f9a10"),
  ...["ada", "limit", "session"].map((name) => limit("sign-in-name", name)),
  limit("sign-in-address", "2001:db8:0:1::/64"),
  limit("confirm", "0123456789ab"),
  limit("begin", "unknown"),
];

it("no key of one namespace is a key of another, also where one name begins with the other", () => {
  const kinds = ["session", "user-sessions", "limit", "own"];
  const { own } = redisKeys("");
  const ours = ["ada", "limit", "session-1", "user-sessions"].map((name) => own("own", name));
  for (const key of [...all(redisKeys("")), ...ours]) {
    for (let length = 1; length < key.length; length++) {
      const rest = key.slice(length);
      expect(kinds.filter((kind) => rest.startsWith(`${kind}:`))).toEqual([]);
    }
  }
});

it("no namespace begins as a key does", () => {
  for (const key of all(redisKeys(""))) {
    const SESSION_NAMESPACE = key.slice(0, key.indexOf(":") + 1);
    const variables = { ...testVariables("http://localhost:1", "token"), SESSION_NAMESPACE };
    expect(() => parseEnv(variables), SESSION_NAMESPACE).toThrow("SESSION_NAMESPACE is wrong");
  }
});
