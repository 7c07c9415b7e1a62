import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

interface Places {
  /** With what the servers have printed, and their metrics. */
  readonly logsDir: string;
  /** Of the private Redis, whose append-only file has every key that ever was; empty where it is somebody else's. */
  readonly redisDir: string;
  /** What may stand in no log either, by what it is. */
  readonly secrets: Readonly<Record<string, string | undefined>>;
}

/**
 * What of the secrets of a whole run stands in the servers' logs and metrics: session IDs, dead ones too, seals, passwords and
 * their hashes, names of users. In words, and none of them itself; empty if all is well.
 */
export async function findLeaks({ logsDir, redisDir, secrets }: Places): Promise<string[]> {
  const ids = new Set<string>();
  const names = new Set<string>();
  for (const [, text] of await filesIn(redisDir)) {
    for (const [, id = ""] of text.matchAll(/session:([\w-]{43})/g)) ids.add(id);
    // Shorter ones could be words of ours.
    for (const [, name = ""] of text.matchAll(/account:([\w.-]{8,32})/g)) names.add(name);
  }
  const wanted: [what: string, text: string][] = [
    ["a seal", "Fe26.2"],
    ["a password's hash", "scrypt$"],
    ...Object.entries(secrets).flatMap(([what, text]): [string, string][] => (text ? [[what, text]] : [])),
    ["a guest's name", "guest-"],
    ...Array.from(names, (name): [string, string] => ["a user's name", name]),
    ...Array.from(ids, (id): [string, string] => ["a session ID", id]),
  ];
  const logs = await filesIn(logsDir);
  const leaks = logs.flatMap(([name, text]) => {
    const found = wanted.filter(([, each]) => text.includes(each));
    return found.map(([what, each]) => `${name}, line ${lineOf(text, each)}: ${what}`);
  });
  // Nothing is found in a log that says nothing.
  const isSilent = ids.size > 0 && !logs.some(([, text]) => text.includes('"event":"session-begun"'));
  const hasNoMetrics = !logs.some(([, text]) => text.includes("# TYPE carryover_"));
  return [
    ...leaks,
    ...(isSilent ? ["They do not mention a single session."] : []),
    ...(ids.size > 0 && hasNoMetrics ? ["There are no metrics."] : []),
  ];
}

async function filesIn(folder: string): Promise<[name: string, text: string][]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((each) => each.isFile());
  return Promise.all(
    // The append-only file is not all text; one byte is one character.
    files.map(async ({ parentPath, name }) => [name, await readFile(join(parentPath, name), "latin1")]),
  );
}

function lineOf(text: string, part: string): number {
  return text.slice(0, text.indexOf(part)).split("\n").length;
}
