import { readFile } from "node:fs/promises";

/** The code that `packages/session/README.md` shows: the page is the only source of what the template is given. */
export interface Guide {
  /** The files of these sections by path; of two with one path the later section's counts. */
  files(...sections: readonly string[]): ReadonlyMap<string, string>;
  /** The packages that the page says to install. */
  readonly packages: readonly string[];
  /** The `Set-Cookie` that hands a session to the browser, before and after the sealed ID. */
  readonly setCookie: readonly [before: string, after: string];
  /** The only diff in a section. */
  diff(section: string): string;
}

interface Block {
  readonly section: string;
  readonly language: string;
  readonly code: string;
}

export const GUIDE = "packages/session/README.md";

/** @throws Error if a section that is asked for shows nothing */
export async function readGuide(): Promise<Guide> {
  const blocks = blocksOf(await readFile(GUIDE, "utf8"));
  const inSection = (section: string) => {
    const found = blocks.filter((block) => block.section === section);
    if (found.length === 0) throw new Error(`${GUIDE} shows no code in "${section}".`);
    return found;
  };
  const [, install] = /^npm install (.+)$/m.exec(only(blocks, "sh").code) ?? [];
  if (!install) throw new Error(`${GUIDE} does not begin with an npm install.`);
  return {
    files: (...sections) => new Map(sections.flatMap(inSection).flatMap(fileOf)),
    packages: install.split(" "),
    setCookie: setCookieOf(only(blocks, "http")),
    diff: (section) => only(inSection(section), "diff").code,
  };
}

function blocksOf(text: string): Block[] {
  return text.split(/^## /m).flatMap((part) => {
    const section = part.slice(0, part.indexOf("\n"));
    const blocks = [...part.matchAll(/^```(\w+)\n(.*?)^```$/gms)];
    return blocks.map(([, language = "", code = ""]) => ({ section, language, code }));
  });
}

function only(blocks: readonly Block[], language: string): Block {
  const block = blocks.find((each) => each.language === language);
  if (!block) throw new Error(`${GUIDE} shows no ${language}.`);
  return block;
}

function setCookieOf({ code }: Block): [string, string] {
  const [, before, after] = /^Set-Cookie: (.*)…(.*)$/m.exec(code) ?? [];
  if (!before || !after) throw new Error(`${GUIDE} shows no Set-Cookie.`);
  return [before, after];
}

/** A block that begins with a path in a comment is a file; any other only illustrates. */
function fileOf({ code }: Block): [path: string, code: string][] {
  const [, path, body = ""] = /^\/\/ ([\w./[\]-]+\.tsx?)\n(.*)$/s.exec(code) ?? [];
  return path ? [[path, body]] : [];
}

/**
 * The text with a diff of the page applied. Its hunks have no line numbers, because the template's change.
 *
 * @throws Error if what a hunk replaces is not there exactly once
 */
export function applyDiff(text: string, diff: string): string {
  const hunks = diff
    .split(/^@@.*\n/m)
    .slice(1)
    .map((hunk) => hunk.split("\n").filter((line) => line !== ""));
  const side = (hunk: readonly string[], mark: "+" | "-") =>
    hunk
      .flatMap((line) => (line.startsWith(" ") || line.startsWith(mark) ? `${line.slice(1)}\n` : []))
      .join("");
  return hunks.reduce((result, hunk) => replaceOnce(result, side(hunk, "-"), side(hunk, "+")), text);
}

/** @throws Error if `from` is not in the text exactly once */
export function replaceOnce(text: string, from: string, to: string): string {
  const parts = text.split(from);
  if (parts.length !== 2) throw new Error(`Not exactly once in the file: ${from}`);
  return parts.join(to);
}
