#!/usr/bin/env bash
# Next and `node --env-file` read two different secrets from one .env file, and no way of quoting makes them agree.
#
# A good guess: single quotes in a .env file keep a value as it is, for everybody.
# Versions: @next/env 16.4.6 (what `next start` loads .env with), Node 20.20.2, dotenv 18.0.10, bash 5.2.15.
# Instead: Next expands $name inside every kind of quotes and takes a backslash for an escape; Node and dotenv do
#   neither. A secret with a dollar before a letter is cut by Next, or has a backslash too many in Node.
# Output seen (the secret is correct$horse-battery-staple-for-sessions):
#   plain: next wrong, node right, dotenv right, bash wrong
#   'single': next wrong, node right, dotenv right, bash right
#   "double": next wrong, node right, dotenv right, bash wrong
#   `backticks`: next wrong, node right, dotenv right, bash wrong
#   plain, \$: next right, node wrong, dotenv wrong, bash right
#   'single', \$: next right, node wrong, dotenv wrong, bash wrong
#   "double", \$: next right, node wrong, dotenv wrong, bash right
# Why it matters: site and worker share one file and cannot open each other's seals; each alone works, so that the
#   fault looks like a lost session. What Next drops is also missing from the secret's strength. Use letters and digits
#   or base64, which holds no dollar, and compare a hash of the secret at the start.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --ignore-scripts --no-audit --no-fund @next/env@16.4.6 dotenv@18.0.10

cat > .env <<'ENV'
A=correct$horse-battery-staple-for-sessions
B='correct$horse-battery-staple-for-sessions'
C="correct$horse-battery-staple-for-sessions"
D=`correct$horse-battery-staple-for-sessions`
E=correct\$horse-battery-staple-for-sessions
F='correct\$horse-battery-staple-for-sessions'
G="correct\$horse-battery-staple-for-sessions"
ENV
cat > tell.cjs <<'JS'
const spellings = { A: "plain", B: "'single'", C: '"double"', D: "`backticks`" };
Object.assign(spellings, { E: "plain, \\$", F: "'single', \\$", G: '"double", \\$' });
const secret = "correct$horse-battery-staple-for-sessions";
const judge = (name) => (process.env[name] === secret ? "right" : "wrong");
const verdicts = Object.entries(spellings).map(([name, how]) => [how, judge(name)]);
require("node:fs").writeFileSync(`${process.argv[2]}.json`, JSON.stringify(Object.fromEntries(verdicts)));
JS
cat > next.cjs <<'JS'
const quiet = { info() {}, error: console.error };
require("@next/env").loadEnvConfig(process.cwd(), false, quiet);
require("./tell.cjs");
JS
cat > compare.cjs <<'JS'
const assert = require("node:assert/strict");
const readers = ["next", "node", "dotenv", "bash"];
const read = Object.fromEntries(readers.map((reader) => [reader, require(`./${reader}.json`)]));
const seen = {};
for (const how of Object.keys(read.next)) {
  seen[how] = readers.map((reader) => `${reader} ${read[reader][how]}`).join(", ");
  console.log(`${how}: ${seen[how]}`);
}
assert.deepEqual(seen, {
  plain: "next wrong, node right, dotenv right, bash wrong",
  "'single'": "next wrong, node right, dotenv right, bash right",
  '"double"': "next wrong, node right, dotenv right, bash wrong",
  "`backticks`": "next wrong, node right, dotenv right, bash wrong",
  "plain, \\$": "next right, node wrong, dotenv wrong, bash right",
  "'single', \\$": "next right, node wrong, dotenv wrong, bash wrong",
  '"double", \\$': "next right, node wrong, dotenv wrong, bash right",
});
JS
node next.cjs next
node --env-file=.env tell.cjs node
node -r dotenv/config tell.cjs dotenv >/dev/null
(
  set +eu -a # the file runs as a script: backticks start a command, an unknown name is empty
  . ./.env 2>/dev/null
  node tell.cjs bash
)
node compare.cjs
