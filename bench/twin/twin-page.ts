import type { Markup, MarkupElement } from "./markup";

interface TwinOptions {
  /** How long the data may be in the answer, about; the filler's text comes on top. */
  readonly dataBytes: number;
  /** The environment variable that says how long a text to add, which is in the answer twice as well. */
  readonly filler: string;
  /** A line of code: what the page exports besides itself. */
  readonly exports?: string;
}

/** The files of a page without any component but its own, by their names in its folder. */
export type TwinPage = Readonly<Record<"page.js" | "client-part.js", string>>;

/**
 * Writes a page that renders this markup as plain elements. An element of a server component is in the answer twice: as HTML,
 * and as data for React in the browser; one of a client component once. So that the answer is not longer than the page's own,
 * which is one client component but for its frame, most of the markup is in client components here, too.
 */
export function twinPage(
  markup: readonly Markup[],
  { dataBytes, filler, exports = "" }: TwinOptions,
): TwinPage {
  const parts = { client: [] as string[] };
  let left = markup.reduce((sum: number, piece) => sum + dataBytesOf(piece), 0) - dataBytes;

  /** The piece in code, for the server or, as long as the data is too long, for the client. */
  function codeOf(piece: Markup): string {
    if (typeof piece === "string") return JSON.stringify(piece);
    const bytes = dataBytesOf(piece);
    if (left > 0 && bytes <= left + SLACK) {
      left -= bytes - REFERENCE_BYTES;
      parts.client.push(elementCode(piece, plainCode));
      return `h(ClientPart, { at: ${parts.client.length - 1} })`;
    }
    return elementCode(piece, codeOf);
  }

  const elements = markup.map(codeOf).join(", ");
  return {
    "page.js": `import { createElement as h, Fragment } from "react";
import { connection } from "next/server";
import { ClientPart } from "./client-part";
${exports}
const fill = "x".repeat(Number(process.env.${filler} ?? 0));

export default async function Page() {
  await connection();
  return h(Fragment, null, ${elements}, h("template", null, fill));
}
`,
    "client-part.js": `"use client";
import { createElement as h } from "react";

const parts = [${parts.client.map((code) => `() => ${code}`).join(",\n")}];

export const ClientPart = ({ at }) => parts[at]();
`,
  };
}

/** How far from its goal the length of the data may be. */
const SLACK = 300;
/** Of a client component in the data. */
const REFERENCE_BYTES = 50;

/** About how long an element is as React's data within a script: JSON within a string. */
function dataBytesOf(piece: Markup): number {
  if (typeof piece === "string") return JSON.stringify(JSON.stringify(piece)).length;
  const own = JSON.stringify(JSON.stringify(["$", piece.tag, null, propsOf(piece)])).length;
  return own + piece.children.reduce((sum: number, child) => sum + dataBytesOf(child), 0);
}

const plainCode = (piece: Markup): string =>
  typeof piece === "string" ? JSON.stringify(piece) : elementCode(piece, plainCode);

function elementCode(element: MarkupElement, codeOf: (piece: Markup) => string): string {
  const children = element.children.map((child) => `, ${codeOf(child)}`).join("");
  return `h(${JSON.stringify(element.tag)}, ${JSON.stringify(propsOf(element))}${children})`;
}

/** Attributes that React calls by another name; the others it takes as they are. */
const PROPS: Readonly<Record<string, string>> = {
  class: "className",
  for: "htmlFor",
  tabindex: "tabIndex",
  autocomplete: "autoComplete",
  minlength: "minLength",
  maxlength: "maxLength",
  "stroke-width": "strokeWidth",
  "stroke-linecap": "strokeLinecap",
};

/** Attributes that are there or not. */
const FLAGS: Readonly<Record<string, string>> = {
  checked: "defaultChecked",
  disabled: "disabled",
  hidden: "hidden",
  open: "open",
  required: "required",
};

function propsOf({ tag, attributes, children }: MarkupElement): Record<string, unknown> {
  const props = Object.entries(attributes).map(([name, value]): [string, unknown] => {
    const flag = FLAGS[name];
    if (flag) return [flag, true];
    if (name === "style") return ["style", styleOf(value)];
    if (name === "value" && tag === "input") return ["defaultValue", value];
    return [PROPS[name] ?? name, value];
  });
  // React marks the chosen option by the value of its select.
  const named = Object.fromEntries(props.filter(([name]) => name !== "selected"));
  const chosen = tag === "select" && children.find(isChosen);
  return chosen ? { ...named, defaultValue: chosen.attributes.value } : named;
}

function isChosen(piece: Markup): piece is MarkupElement {
  return typeof piece !== "string" && "selected" in piece.attributes;
}

function styleOf(text: string): Record<string, string> {
  const lines = text.split(";").map((line) => line.split(/:(.*)/s));
  return Object.fromEntries(
    lines.map(([name = "", value = ""]) => [
      name.startsWith("--") ? name : name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
}
