import { writeFile } from "node:fs/promises";
import { dictionary } from "@zxcvbn-ts/language-common";

// Takes over a newer list: after an update of @zxcvbn-ts/language-common, `node --import tsx scripts/write-common-passwords.ts`.

const WIDTH = 110;
// A shorter one is refused for its length.
const SHORTEST = 8;

const words = dictionary["passwords-common"].filter((word) => word.length >= SHORTEST).sort();
const odd = words.find((word) => /[\s\\`]|\$\{/.test(word));
if (odd) throw new Error(`"${odd}" cannot stand in a list between blanks.`);

const lines: string[] = [];
let line = "";
for (const word of words) {
  if (line.length + word.length >= WIDTH) {
    lines.push(line);
    line = word;
  } else {
    line += line ? ` ${word}` : word;
  }
}
lines.push(line);

await writeFile(
  "lib/account/common-passwords.ts",
  `// Written by scripts/write-common-passwords.ts, from @zxcvbn-ts/language-common (MIT licence): those of 8 characters or more.
export const commonPasswords = \`
${lines.join("\n")}
\`;
`,
);
