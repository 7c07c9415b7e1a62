import { RestProblem } from "./rest-problem.ts";

/** A request's body, in which an integer too long for a JavaScript number is the text of its digits. Else a RestProblem 400. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(/\d{16}/.test(body) ? quoteLongIntegers(body) : body);
  } catch {
    // The parser's own words would quote the body.
    throw new RestProblem(400, "ERR failed to parse the body: not JSON");
  }
}

// Of 16 digits or more, the fewest that JSON.parse might round. No part of another number.
const LONG_INTEGER = /(?<![\d.eE+-])-?[1-9]\d{15,}(?![\d.eE])/g;

// Not one regular expression for strings, too: on one of some megabytes it runs out of stack.
function quoteLongIntegers(json: string): string {
  const parts: string[] = [];
  for (let at = 0; at < json.length; ) {
    const quote = json.indexOf('"', at);
    const start = quote < 0 ? json.length : quote;
    const end = endOfString(json, start);
    parts.push(json.slice(at, start).replace(LONG_INTEGER, '"$&"'), json.slice(start, end));
    at = end;
  }
  return parts.join("");
}

/** Behind the quotation mark that ends the string which begins at `start`. */
function endOfString(json: string, start: number): number {
  let end = json.indexOf('"', start + 1);
  while (end >= 0 && isEscaped(json, end)) end = json.indexOf('"', end + 1);
  return end < 0 ? json.length : end + 1;
}

function isEscaped(json: string, at: number): boolean {
  let backslashes = 0;
  while (json[at - 1 - backslashes] === "\\") backslashes++;
  return backslashes % 2 === 1;
}
