import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { z } from "zod";

// docs/scale.md repeats figures of the last full run of the benchmark, which is in bench/results.

const page = readFileSync("docs/scale.md", "utf8");

function readFigures<Figures>(part: string, schema: z.ZodType<Figures>): Figures {
  return schema.parse(JSON.parse(readFileSync(`bench/results/${part}.json`, "utf8")));
}

const { scale, bytesEach } = readFigures(
  "scale",
  z.object({
    scale: z.array(
      z.object({
        sessions: z.number(),
        openMicros: z.number(),
        engineMicros: z.number(),
        listMicros: z.number(),
        fileBytes: z.number(),
        restartMs: z.number(),
      }),
    ),
    bytesEach: z.record(z.string(), z.number()),
  }),
);
const withList = bytesEach["Carryover, with its user's list"] ?? Number.NaN;

it("the table of a million sessions is that of the last run", () => {
  const fewest = scale[0]?.openMicros ?? Number.NaN;
  for (const { sessions, openMicros, engineMicros, listMicros, fileBytes, restartMs } of scale)
    expect(page).toContain(
      `| ${[
        sessions.toLocaleString("en"),
        `${openMicros.toFixed(0)} µs`,
        (openMicros / fewest).toFixed(2),
        `${engineMicros.toFixed(0)} µs`,
        `${(listMicros / 1_000).toFixed(1)} ms`,
        `${(fileBytes / 1e6).toFixed(1)} MB`,
        `${(restartMs / 1_000).toFixed(2)} s`,
      ].join(" | ")} |`,
    );
});

it("the bytes of a session are those of the last run, and so is what is computed from them", () => {
  expect(page).toContain(`| Carryover (and its user's list) | ${bytesEach.Carryover} (${withList}) |`);
  for (const peer of ["connect-redis", "a hash, as in the guides"])
    expect(page).toContain(`| ${peer} | ${bytesEach[peer]} |`);
  expect(page).toContain(`| memory | ${Math.round((withList * 1e8) / 1e9)} GB`);
  expect(page).toContain(`which is ${Math.floor(100e9 / withList / 1e6)} million sessions`);
});

it.runIf(existsSync("bench/results/distance.json"))(
  "the tables of distances are those of the last run",
  () => {
    const version = z.object({
      waiting: z.object({ medianMs: z.number() }),
      whole: z.object({ medianMs: z.number() }),
    });
    const { rows } = readFigures(
      "distance",
      z.object({ rows: z.array(z.object({ scenario: z.string(), earlier: version, ours: version })) }),
    );
    const lines = page.split("\n");
    for (const scenario of new Set(rows.map((row) => row.scenario))) {
      const [waiting, whole] = lines.filter((line) => line.startsWith(`| ${scenario} |`));
      const cellsOf = (time: "waiting" | "whole") =>
        rows
          .filter((row) => row.scenario === scenario)
          .map(({ earlier, ours }) => [earlier, ours].map((each) => each[time].medianMs))
          .map(([a = 0, b = 0]) => `${a.toFixed(1)} → ${b.toFixed(1)} ms (${(b / a).toFixed(2)})`)
          .join(" | ");
      expect(waiting).toContain(` | ${cellsOf("waiting")} |`);
      expect(whole).toContain(` | ${cellsOf("whole")} |`);
    }
  },
);
