import { guestAt, type Visitor } from "@/deploy/check/visitor";
import { table } from "@/deploy/table";
import type { BenchServer, BenchSite } from "../bench-site";
import { type Case, cookieOf } from "../cost/cases";
import { costFigures, costTable, shortOf } from "../cost/cost-table";
import { measureCosts } from "../cost/measure-costs";
import { EARLIER, serveEarlier } from "../earlier/serve-earlier";
import type { PartResult } from "../part";
import { type Markup, parseMarkup } from "./markup";
import { twinHost } from "./twin-host";
import { type TwinPage, twinPage } from "./twin-page";

const PATHS = ["/", "/cart", "/profile"];
const LEAST_OF_TWIN = 0.9;
const LEAST_OF_EARLIER = 1.3;
/** How far the twin's answer may be from ours in length. */
const MAX_DIFFERENCE = 0.02;

/**
 * What our pages answer, signed in and with two things in the cart, over a page of the same HTML and over those of an earlier
 * commit. The twin is made of what our own server answers: plain elements, no session, no context, no policy.
 */
export async function benchTwin(site: BenchSite): Promise<PartResult> {
  const { isQuick, say, harness } = site;
  const { spawn } = harness.reaper;
  const ours = await site.serveOurs();
  const signedIn = await shopper(ours);
  const pages = await pagesOf(signedIn);
  const twin = await serveTwin(site, pages);
  const earlier = await serveEarlier(site);
  const cookie = cookieOf(signedIn.cookies);
  const earlierCookie = cookieOf((await shopper(earlier)).cookies);

  const cases = PATHS.flatMap((path): Case[] => {
    const group = `page ${path}`;
    const target = { url: ours.origin + path, pid: ours.pid, cookie };
    const [bare, before] = ["bare twin", `commit ${EARLIER}, signed in`];
    return [
      { group, name: bare, target: { url: twin.origin + path, pid: twin.pid } },
      {
        group,
        name: before,
        target: { url: earlier.origin + path, pid: earlier.pid, cookie: earlierCookie },
      },
      { group, name: "Carryover, signed in", target, against: bare, atLeast: LEAST_OF_TWIN },
      { group, name: "the same, over the commit", target, against: before, atLeast: LEAST_OF_EARLIER },
    ];
  });
  const rounds = isQuick ? 1 : 7;
  const seconds = isQuick ? 1 : 4;
  const lengths = await lengthsOf(pages, twin);
  const costs = await measureCosts(cases, { spawn, rounds, seconds, say });
  await Promise.all([ours, twin, earlier].map(({ stop }) => stop()));
  return {
    tables: [lengthTable(lengths), costTable(costs)],
    figures: { rounds, secondsEach: seconds, lengths, costs: costs.map(costFigures) },
    short: [...lengths.flatMap(notAlike), ...shortOf(costs)],
  };
}

/** A guest with two things in the cart. */
async function shopper({ origin }: BenchServer): Promise<Visitor> {
  const visitor = await guestAt(origin);
  for (const sku of ["tote", "bottle"]) await visitor.send("/api/cart/add", { sku, next: "/cart" });
  return visitor;
}

async function pagesOf(visitor: Visitor): Promise<Map<string, string>> {
  const pages = new Map<string, string>();
  for (const path of PATHS) {
    const { status, text } = await visitor.get(path);
    if (status !== 200) throw new Error(`${path} answers ${status}.`);
    pages.set(path, text);
  }
  return pages;
}

/** Of the twin's answer what is neither markup of the body nor its data: the head, the tree of layouts, and room for a filler. */
const FRAME_BYTES = 12_500;

function twinOf(path: string, html: string): TwinPage {
  // React puts into the head what belongs there.
  const markup = [...markupIn("head", html).filter(isOfPage), ...markupIn("body", html)];
  const markupBytes = Buffer.byteLength(html.replaceAll(/^.*<body[^>]*>|<script[^>]*>.*?<\/script>/gs, ""));
  const dataBytes = Buffer.byteLength(html) - markupBytes - FRAME_BYTES;
  return twinPage(markup, { dataBytes, filler: fillerOf(path) });
}

function markupIn(tag: string, html: string): Markup[] {
  return parseMarkup(new RegExp(`<${tag}[^>]*>(.*)</${tag}>`, "s").exec(html)?.[1] ?? "");
}

/** Whether the page itself writes it into its head; the others are Next's, which adds them to the twin as well. */
function isOfPage(piece: Markup): boolean {
  if (typeof piece === "string") return false;
  const { nonce, charset, name } = piece.attributes;
  return nonce === undefined && charset === undefined && name !== "viewport";
}

const fillerOf = (path: string) => `TWIN_FILL_${path.slice(1).toUpperCase()}`;

/** Serves the twin, with as much text added to each page as its answer is shorter than ours: it is there twice. */
async function serveTwin(site: BenchSite, pages: ReadonlyMap<string, string>): Promise<BenchServer> {
  const host = twinHost(new Map([...pages].map(([path, html]) => [path, twinOf(path, html)])));
  const unfilled = await site.serve(host);
  const lengths = await lengthsOf(pages, unfilled);
  await unfilled.stop();
  const fillers = lengths.map(({ path, ours, twin }): [string, string] => [
    fillerOf(path),
    `${Math.max(0, Math.round((ours - twin) / 2))}`,
  ]);
  return site.serve(host, Object.fromEntries(fillers));
}

interface Lengths {
  readonly path: string;
  /** Of the whole answer, in bytes. */
  readonly ours: number;
  readonly twin: number;
}

async function lengthsOf(pages: ReadonlyMap<string, string>, twin: BenchServer): Promise<Lengths[]> {
  return Promise.all(
    [...pages].map(async ([path, html]) => ({
      path,
      ours: Buffer.byteLength(html),
      twin: (await (await fetch(twin.origin + path)).arrayBuffer()).byteLength,
    })),
  );
}

function lengthTable(lengths: readonly Lengths[]): string {
  return table(
    ["", "ours", "bare twin", "difference"],
    lengths.map((each) => [
      each.path,
      `${each.ours}`,
      `${each.twin}`,
      `${(difference(each) * 100).toFixed(1)} %`,
    ]),
  );
}

const difference = ({ ours, twin }: Lengths) => twin / ours - 1;

function notAlike(lengths: Lengths): string[] {
  return Math.abs(difference(lengths)) > MAX_DIFFERENCE
    ? [`The twin of ${lengths.path} is not as long as the page: ${lengths.twin} and ${lengths.ours} bytes.`]
    : [];
}
