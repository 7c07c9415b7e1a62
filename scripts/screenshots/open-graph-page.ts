import { readFileSync } from "node:fs";

/** Where the three servers stand: x of the middle, colour of the dot, and what is said below the name. */
const servers = [
  { name: "a", x: 100, colour: "#f0b253", word: "stopped" },
  { name: "b", x: 260, colour: "#2dd4bf", word: "answering" },
  { name: "c", x: 420, colour: "#a78bfa", word: "answering" },
] as const;

/** Who answered each request of the journey. `a` is stopped after the fourth. */
const journey = "abcabcbcbccbcb";

const colourOf = (name: string) => servers.find((server) => server.name === name)?.colour ?? "#fff";

const tote = readFileSync("public/products/tote.svg", "utf8").replace(/^<svg/, '<svg x="0" y="0"');

function server({ name, x, colour, word }: (typeof servers)[number]): string {
  const stopped = word === "stopped";
  return `<g transform="translate(${x} 212)" opacity="${stopped ? 0.5 : 1}">
    <rect x="-66" y="-58" width="132" height="104" rx="20" fill="#182625" stroke="#3c524e" stroke-width="2"
      ${stopped ? 'stroke-dasharray="7 7"' : ""}/>
    <circle cx="-24" cy="-15" r="9" fill="${colour}"/>
    <text x="0" y="-5" class="name">${name}</text>
    <text x="0" y="26" class="word" text-anchor="middle">${word}</text>
  </g>`;
}

function dot(name: string, at: number): string {
  return `<circle cx="${11 + at * 36}" cy="0" r="11" fill="${colourOf(name)}"/>`;
}

/** The picture that is shown where somebody links to the site: 1200 by 630, in the site's dark palette. */
export const openGraphPage = `<!doctype html>
<meta charset="utf-8">
<style>
  * { margin: 0; box-sizing: border-box }
  body { width: 1200px; height: 630px; overflow: hidden; background: #101b1a; color: #eef3ee; position: relative;
    font: 27px/1.45 ui-sans-serif, system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif }
  body::before { content: ""; position: absolute; inset: 0 0 0 590px; background: #0b1413 }
  .words { position: absolute; left: 72px; top: 66px; width: 480px }
  .mark { display: flex; align-items: center; gap: 16px; font: 600 34px ui-serif, "Iowan Old Style", Charter, Cambria, Georgia, serif }
  .mark svg { width: 62px; height: 62px }
  h1 { font: 600 66px/1.12 ui-serif, "Iowan Old Style", Charter, Cambria, Georgia, serif; margin: 104px 0 28px }
  p { color: #a9b8b3 }
  .map { position: absolute; left: 636px; top: 40px }
  .name { font-size: 30px; font-weight: 700; fill: #eef3ee }
  .word { font-size: 19px; fill: #a9b8b3 }
  .line { fill: none; stroke: #3c524e; stroke-width: 3 }
</style>
<div class="words">
  <div class="mark">${readFileSync("public/icon.svg", "utf8")} Carryover</div>
  <h1>Stop a server. Keep the cart.</h1>
  <p>Server-side sessions on Next.js,<br>kept in Redis over REST.</p>
</div>
<svg class="map" width="520" height="560" viewBox="0 0 520 560">
  <g transform="translate(10 40)">
    <text x="0" y="-4" class="word">one session, fourteen requests</text>
    <g transform="translate(0 36)"><path d="M11 0H479" class="line"/>${[...journey].map(dot).join("")}</g>
  </g>
  <g class="line">
    <path d="M100 258v40q0 40 40 40h80q40 0 40 40" stroke-dasharray="7 7" opacity=".5"/>
    <path d="M260 258v120" stroke="#f0b253"/>
    <path d="M420 258v40q0 40-40 40h-80q-40 0-40 40" stroke="#f0b253"/>
  </g>
  ${servers.map(server).join("")}
  <g transform="translate(10 378)">
    <rect width="500" height="150" rx="24" fill="#1f3430" stroke="#f0b253" stroke-width="2"/>
    <svg x="20" y="20" width="146" height="110" viewBox="0 0 400 300"><clipPath id="c"><rect width="400" height="300" rx="36"/></clipPath><g clip-path="url(#c)">${tote}</g></svg>
    <text x="192" y="60" style="font-size:28px;font-weight:700" fill="#eef3ee">Redis</text>
    <text x="192" y="94" class="word">the session, its cart, its timeouts</text>
    <text x="192" y="122" class="word">lost so far: 0</text>
  </g>
</svg>`;
