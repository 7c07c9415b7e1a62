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

/** One page of the twin. */
interface Twin {
  readonly name: string;
  /** Where the twin of this page of ours is. */
  at(path: string): string;
  /** The markup of the page's head is among its elements. Without it, the head is made of Next's own `metadata`. */
  readonly hasHead: boolean;
  /** Of its answer what is neither markup of the body nor its data: the head, the tree of layouts, and room for a filler. */
  readonly frameBytes: number;
}

const TWINS: readonly Twin[] = [
  // As a page of Next usually says what is in its head.
  { name: "bare twin", at: (path) => path, hasHead: false, frameBytes: 14_900 },
  // As ours do.
  {
    name: "bare twin, its head as elements",
    at: (path) => `/head${path}`,
    hasHead: true,
    frameBytes: 13_200,
  },
];

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
    const own = { group, target: { url: ours.origin + path, pid: ours.pid, cookie } };
    const before = `commit ${EARLIER}, signed in`;
    const over = { url: earlier.origin + path, pid: earlier.pid, cookie: earlierCookie };
    return [
      ...TWINS.map(({ name, at }) => ({
        group,
        name,
        target: { url: twin.origin + at(path), pid: twin.pid },
      })),
      { group, name: before, target: over },
      ...TWINS.map(({ name, hasHead }) => ({
        ...own,
        name: `Carryover, signed in, over the ${name}`,
        against: name,
        ...(!hasHead && { atLeast: LEAST_OF_TWIN }),
      })),
      { ...own, name: "Carryover, signed in, over the commit", against: before, atLeast: LEAST_OF_EARLIER },
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

function twinOf({ at, hasHead, frameBytes }: Twin, path: string, html: string): TwinPage {
  const markup = [...(hasHead ? markupIn("head", html).filter(isOfPage) : []), ...markupIn("body", html)];
  const markupBytes = Buffer.byteLength(html.replaceAll(/^.*<body[^>]*>|<script[^>]*>.*?<\/script>/gs, ""));
  const dataBytes = Buffer.byteLength(html) - markupBytes - frameBytes;
  const exports = hasHead ? "" : 'export { metadata, viewport } from "@/app/head";';
  return twinPage(markup, { dataBytes, filler: fillerOf(at(path)), exports });
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

const fillerOf = (at: string) => `TWIN_FILL_${at.replaceAll("/", "_").toUpperCase()}`;

/** Serves the twin, with as much text added to each page as its answer is shorter than ours: it is there twice. */
async function serveTwin(site: BenchSite, pages: ReadonlyMap<string, string>): Promise<BenchServer> {
  const twins = TWINS.flatMap((twin) =>
    [...pages].map(([path, html]): [string, TwinPage] => [twin.at(path), twinOf(twin, path, html)]),
  );
  const host = twinHost(new Map(twins));
  const unfilled = await site.serve(host);
  const lengths = await lengthsOf(pages, unfilled);
  await unfilled.stop();
  const fillers = lengths.map(({ at, ours, twin }): [string, string] => [
    fillerOf(at),
    `${Math.max(0, Math.round((ours - twin) / 2))}`,
  ]);
  return site.serve(host, Object.fromEntries(fillers));
}

interface Lengths {
  /** Of the twin. */
  readonly at: string;
  /** Of the whole answer, in bytes. */
  readonly ours: number;
  readonly twin: number;
}

async function lengthsOf(pages: ReadonlyMap<string, string>, twin: BenchServer): Promise<Lengths[]> {
  const each = TWINS.flatMap(({ at }) => [...pages].map(([path, html]) => ({ at: at(path), html })));
  return Promise.all(
    each.map(async ({ at, html }) => ({
      at,
      ours: Buffer.byteLength(html),
      twin: (await (await fetch(twin.origin + at)).arrayBuffer()).byteLength,
    })),
  );
}

function lengthTable(lengths: readonly Lengths[]): string {
  return table(
    ["", "ours", "bare twin", "difference"],
    lengths.map((each) => [
      each.at,
      `${each.ours}`,
      `${each.twin}`,
      `${(difference(each) * 100).toFixed(1)} %`,
    ]),
  );
}

const difference = ({ ours, twin }: Lengths) => twin / ours - 1;

function notAlike(lengths: Lengths): string[] {
  return Math.abs(difference(lengths)) > MAX_DIFFERENCE
    ? [`The twin at ${lengths.at} is not as long as the page: ${lengths.twin} and ${lengths.ours} bytes.`]
    : [];
}
