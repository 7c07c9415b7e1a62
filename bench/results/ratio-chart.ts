import type { Cost } from "../cost/measure-costs";

const WIDTH = 720;
const ROW = 34;
const LABEL = 330;
const TOP = 44;
const BAR = WIDTH - LABEL - 150;

/** What share of its requests a route still answers with a session: a bar for each, the range of the rounds on it. */
export function ratioChart(costs: readonly Cost[]): string {
  const rows = costs.filter(({ case: { name }, ratio }) => ratio && !name.startsWith("no session"));
  const height = TOP + rows.length * ROW + 16;
  const x = (ratio: number) => LABEL + Math.min(ratio, 1.1) * (BAR / 1.1);
  const bars = rows.map(({ case: { group, name }, ratio }, at) => {
    const { median = 0, low = 0, high = 0 } = ratio ?? {};
    const y = TOP + at * ROW;
    const isOurs = name.startsWith("Carryover");
    return [
      `<text x="${LABEL - 12}" y="${y + 11}" text-anchor="end" class="name">${asText(name)}</text>`,
      `<text x="${LABEL - 12}" y="${y + 24}" text-anchor="end" class="group">${asText(group)}</text>`,
      `<rect x="${LABEL}" y="${y}" width="${(x(median) - LABEL).toFixed(1)}" height="22" rx="4" class="${isOurs ? "ours" : "theirs"}"/>`,
      `<path d="M${x(low).toFixed(1)} ${y + 11}H${x(high).toFixed(1)}" class="range"/>`,
      `<text x="${x(Math.max(median, high)) + 8}" y="${y + 16}" class="figure">${median > 1 ? "no measurable cost" : median.toFixed(2)}</text>`,
    ].join("");
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Requests a second with a session, as a share of those without one">
<style>
text{font:13px system-ui,sans-serif;fill:#1b2b29}.group{font-size:10.5px;fill:#55635f}.figure{font-weight:600}.ours{fill:#275a55}.theirs{fill:#a98f5f}.range{stroke:#0006;stroke-width:2}.one{stroke:#8b8674;stroke-dasharray:3 3}
@media (prefers-color-scheme:dark){text{fill:#eef3ee}.group{fill:#a9b8b3}.ours{fill:#f0b253}.theirs{fill:#75877f}.range{stroke:#fff8}}
</style>
<text x="0" y="18" class="figure">Requests a second with a session, of those without one</text>
<path d="M${x(1)} ${TOP - 12}V${height - 10}" class="one"/><text x="${x(1)}" y="${TOP - 16}" text-anchor="middle" class="group">1.00</text>
${bars.join("\n")}
</svg>
`;
}

function asText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
