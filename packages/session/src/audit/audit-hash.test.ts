import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { expect, it } from "vitest";
import { parseEnv } from "../env.ts";
import { testVariables } from "../testing/test-env.ts";
import { auditHash } from "./audit.ts";

const [newest, older] = ["the newest secret of these tests", "the older secret of these tests!"];
const envOf = (secrets: string) =>
  parseEnv({ ...testVariables("http://localhost:1", "token"), SESSION_SECRET: secrets });

it("names the same thing alike on every server, until the newest secret changes", async () => {
  const name = await auditHash("session", "an ID", envOf(newest));
  expect(name).toMatch(/^[\w-]{22}$/);
  expect(await auditHash("session", "an ID", envOf(newest))).toBe(name);
  expect(await auditHash("session", "an ID", envOf(`${newest},${older}`))).toBe(name);
  expect(await auditHash("session", "an ID", envOf(`${older},${newest}`))).not.toBe(name);
});

it("gives nothing away by comparing: another text or another kind has another name", async () => {
  const env = envOf(newest);
  const names = [
    await auditHash("session", "x", env),
    await auditHash("user", "x", env),
    await auditHash("name", "x", env),
    await auditHash("name", "y", env),
  ];
  expect(new Set(names).size).toBe(names.length);
});

it("is what docs/audit-events.md computes from the secret", async () => {
  const page = await readFile("docs/audit-events.md", "utf8");
  const command = /^```sh\n(.*?)^```$/ms.exec(page)?.[1] ?? "";
  const said = execFileSync("sh", ["-euc", command, "sh", "name", "ada"], {
    env: {
      NODE_ENV: "test",
      PATH: `${dirname(process.execPath)}:/bin`,
      SESSION_SECRET: `${newest},${older}`,
    },
    encoding: "utf8",
  });
  expect(said.trim()).toBe(await auditHash("name", "ada", envOf(newest)));
});
