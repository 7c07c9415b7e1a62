import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";
import { expect, it } from "vitest";
import packageJson from "@/package.json";

/** Every page of documentation that git knows, also one that is not committed yet. */
const pages = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "*.md"], { encoding: "utf8" })
  .split("\n")
  .filter((page) => page !== "" && existsSync(page));

const isAdoptersPage = (page: string) =>
  page === "packages/session/README.md" || page === "docs/adopt.md" || page.startsWith("examples/");

const withoutCode = (text: string) => text.replaceAll(/^```[\s\S]*?^```/gm, "").replaceAll(/`[^`\n]*`/g, "");

/** What GitHub makes of a heading: lower case, without punctuation, spaces as hyphens. */
function anchorsOf(text: string): Set<string> {
  const headings = [...text.replaceAll(/^```[\s\S]*?^```/gm, "").matchAll(/^#{1,6} (.+)$/gm)];
  return new Set(
    headings.map(([, heading = ""]) =>
      heading
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_ -]/gu, "")
        .trim()
        .replaceAll(" ", "-"),
    ),
  );
}

it.each(pages)("the links of %s lead somewhere", (page) => {
  const links = [...withoutCode(readFileSync(page, "utf8")).matchAll(/\]\(([^)\s]+)\)/g)].map(
    ([, to = ""]) => to,
  );
  const lost = links.filter((link) => {
    if (/^(https?|mailto):/.test(link)) return false;
    const [path = "", anchor] = link.split("#");
    const file = path === "" ? page : normalize(join(dirname(page), path));
    if (!existsSync(file)) return true;
    return anchor !== undefined && file.endsWith(".md") && !anchorsOf(readFileSync(file, "utf8")).has(anchor);
  });
  expect(lost).toEqual([]);
});

it.each(pages)("the commands of %s exist", (page) => {
  // Commands of an adopter's app, and of the hosts' own tools, stand in other folders.
  const known = new Set([...Object.keys(packageJson.scripts), "deploy", "preview"]);
  const named = [...readFileSync(page, "utf8").matchAll(/\bnpm run ([\w:-]+)/g)].map(([, name = ""]) => name);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});

it.each(pages)("the files that %s names exist", (page) => {
  const text = readFileSync(page, "utf8");
  // A label that is a file's name is the name of the file that the link leads to.
  const labels = [...text.matchAll(/\[`([\w.-]+\.(?:ts|tsx|mjs|json|md))`\]\(([^)#]+)/g)];
  const older = labels.filter(([, name, path = ""]) => basename(path) !== name).map(([, name]) => name);
  // A path from the project's folder. Pages about an adopter's app name files of that app.
  const paths = [
    ...text.matchAll(
      /`((?:app|bench|deploy|docs|e2e|lib|local-cloud|packages|proofs|scripts)\/[^`*<\s…]+)`/g,
    ),
  ];
  const lost = paths
    .map(([, path = ""]) => path)
    .filter((path) => !existsSync(path) && !isAdoptersPage(page));
  expect([...older, ...lost]).toEqual([]);
});

it.each(pages)(
  "the lines of %s are shorter than 120 characters, but for tables and long addresses",
  (page) => {
    const text = readFileSync(page, "utf8").replaceAll(/^```[\s\S]*?^```/gm, "");
    const long = text.split("\n").filter((line) => [...line].length >= 120 && !/^\s*(\||<|\S+$)/.test(line));
    expect(long).toEqual([]);
  },
);

it.each(pages.filter((page) => /^docs\/[^/]+\.md$/.test(page)))(
  "%s says in its first line what question it answers",
  (page) => {
    const [title = "", first = ""] = readFileSync(page, "utf8").split(/\n\n/);
    expect(`${title} ${first}`).toContain("?");
  },
);

it.each(pages.filter((page) => page.startsWith("docs/decisions/")))(
  "%s has a question, a decision and a price",
  (page) => {
    const text = readFileSync(page, "utf8");
    for (const part of ["Question", "Decision", "Price"]) expect(text).toContain(`\n**${part}.**`);
  },
);

it.each(pages)("the tables of %s have a head, so that they are shown as tables", (page) => {
  const lines = readFileSync(page, "utf8")
    .replaceAll(/^```[\s\S]*?^```/gm, "")
    .split("\n");
  const isRow = (line: string | undefined) => line?.trimStart().startsWith("|") ?? false;
  const heads = lines.filter(
    (line, at) => isRow(line) && !isRow(lines[at - 1]) && !/^\s*\|[\s:|-]+$/.test(lines[at + 1] ?? ""),
  );
  expect(heads).toEqual([]);
});

it("docs/architecture.md says of each folder at the top what is in it", () => {
  const tree = readFileSync("docs/architecture.md", "utf8").split("```")[1] ?? "";
  const files = execFileSync("git", ["ls-files"], { encoding: "utf8" }).split("\n");
  const folders = new Set(files.flatMap((file) => /^([^/.][^/]*)\//.exec(file)?.[1] ?? []));
  expect([...folders].filter((folder) => !tree.includes(`\n${folder}/`))).toEqual([]);
});
