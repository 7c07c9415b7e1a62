import type { Markup, MarkupElement } from "./markup";

/** The files of a page without any component but its own, by their names in its folder. */
export type TwinPage = Readonly<Record<"page.js" | "client-part.js", string>>;

/**
 * Writes a page that renders this markup as plain elements. An element of a server component is in the answer twice: as HTML,
 * and as data for React in the browser; one of a client component once. So that the answer is not longer than the page's own,
 * which is one client component within another, most of the markup is in client components here, too.
 *
 * @param dataBytes how long the data may be in the answer, about; the filler's text comes on top
 * @param filler the environment variable that says how long a text to add, which is in the answer twice as well
 */
export function twinPage(
  markup: readonly Markup[],
  { dataBytes, filler }: { readonly dataBytes: number; readonly filler: string },
): TwinPage {
  const clientParts: string[] = [];
  let left = markup.reduce((sum: number, piece) => sum + dataBytesOf(piece), 0) - dataBytes;

  /** The pieces in code, for the server or, as long as the data is too long, for the client: neighbours in one part. */
  function codesOf(pieces: readonly Markup[]): string[] {
    const codes: string[] = [];
    let part: string[] = [];
    const endPart = () => {
      if (part.length === 0) return;
      clientParts.push(`() => h(Fragment, null, ${part.join(", ")})`);
      codes.push(`h(ClientPart, { at: ${clientParts.length - 1} })`);
      part = [];
    };
    for (const piece of pieces) {
      const bytes = dataBytesOf(piece);
      if (typeof piece !== "string" && left > 0 && bytes <= left + SLACK) {
        left -= bytes - (part.length === 0 ? REFERENCE_BYTES : 0);
        part.push(plainCode(piece));
      } else {
        endPart();
        codes.push(typeof piece === "string" ? JSON.stringify(piece) : elementCode(piece, codesOf));
      }
    }
    endPart();
    return codes;
  }

  const elements = codesOf(markup).join(", ");
  return {
    "page.js": `import { createElement as h, Fragment } from "react";
import { connection } from "next/server";
import { ClientPart } from "./client-part";

const fill = "x".repeat(Number(process.env.${filler} ?? 0));

export default async function Page() {
  await connection();
  return h(Fragment, null, ${elements}, h("template", null, fill));
}
`,
    "client-part.js": `"use client";
import { createElement as h, Fragment } from "react";

const parts = [${clientParts.join(",\n")}];

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
  typeof piece === "string"
    ? JSON.stringify(piece)
    : elementCode(piece, (children) => children.map(plainCode));

function elementCode(
  { tag, attributes, children }: MarkupElement,
  codesOf: (pieces: readonly Markup[]) => string[],
): string {
  const props = JSON.stringify(propsOf({ tag, attributes, children }));
  return `h(${[JSON.stringify(tag), props, ...codesOf(children)].join(", ")})`;
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
