import { idempotencyKey } from "../../idempotency.ts";
import { Problem } from "./problem.ts";

/** No change needs more; checked while the body arrives, not after. */
const MAX_BODY_BYTES = 16 * 1024;

/** Far more than any form has. */
const MAX_FIELDS = 32;

export type BodyKind = "json" | "form";

/** @throws Problem `unsupported-type` for anything but the two kinds. A request without a body counts as JSON. */
export function bodyKindOf(headers: Headers): BodyKind {
  const type = headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type === "application/x-www-form-urlencoded") return "form";
  if (type === "application/json" || (type === undefined && headers.get("content-length") === "0"))
    return "json";
  if (type === undefined && !headers.has("content-length") && !headers.has("transfer-encoding"))
    return "json";
  throw new Problem({ code: "unsupported-type" });
}

/** The fields of a body. @throws Problem `too-large`, `invalid` */
export async function readFields(request: Request, kind: BodyKind): Promise<Record<string, unknown>> {
  const text = await readText(request);
  return fewFields(kind === "form" ? formFields(text) : jsonFields(text));
}

/** The fields of a query, in the same form as those of a form's body. @throws Problem `invalid` */
export function readQuery(url: string): Record<string, unknown> {
  return fewFields(formFields(new URL(url).search.slice(1)));
}

function fewFields(fields: Record<string, unknown>): Record<string, unknown> {
  if (Object.keys(fields).length > MAX_FIELDS)
    throw new Problem({ code: "invalid", detail: "There are too many fields." });
  return fields;
}

async function readText(request: Request): Promise<string> {
  if (Number(request.headers.get("content-length")) > MAX_BODY_BYTES)
    throw new Problem({ code: "too-large" });
  const reader = request.body?.getReader();
  // JSON and forms are UTF-8 (RFC 8259 8.1, WHATWG URL 5.1). What is none is refused, and not kept with holes in it.
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decode = (bytes?: Uint8Array) => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    } catch {
      throw notUtf8();
    }
  };
  let text = "";
  let bytes = 0;
  for (;;) {
    // A client that breaks off is no error of the server's, and writes no line into the log.
    const chunk = await reader?.read().catch(() => {
      throw new Problem({ code: "invalid", detail: "The body did not arrive whole." });
    });
    if (!chunk || chunk.done) return text + decode();
    bytes += chunk.value.byteLength;
    if (bytes > MAX_BODY_BYTES) {
      await reader?.cancel();
      throw new Problem({ code: "too-large" });
    }
    text += decode(chunk.value);
  }
}

function notUtf8(): Problem {
  return new Problem({ code: "invalid", detail: "The body is not UTF-8." });
}

function jsonFields(text: string): Record<string, unknown> {
  if (text === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Problem({ code: "invalid", detail: "The body is not JSON." });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Problem({ code: "invalid", detail: "The body is not a JSON object." });
  }
  for (const [name, each] of Object.entries(value)) {
    if (isNested(each)) throw refused(name, "A field is not a text, a number or a truth value.");
    // JSON can spell half a character, such as "\ud800". UTF-8 cannot: it would be kept and hashed as another text.
    if (typeof each === "string" && HALF_CHARACTER.test(each))
      throw refused(name, "A field is not Unicode text.");
  }
  return { ...value };
}

// A lone surrogate: with the flag `u`, two that belong together are one character.
const HALF_CHARACTER = /\p{Cs}/u;

/** Fields are flat, so no handler has to look deeper. */
function isNested(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

/** The refusal names the field where that may be one of the app's; any other name is not repeated. */
function refused(name: string, detail: string): Problem {
  return new Problem({ code: "invalid", detail, field: /^[a-zA-Z]{1,32}$/.test(name) ? name : undefined });
}

const ESCAPED_BYTES = /(?:%[0-9A-Fa-f]{2})+/g;

// Of several fields of one name the last that was filled in counts: a choice and the text box after it share a name.
function formFields(text: string): Record<string, unknown> {
  // `URLSearchParams` would put U+FFFD for what is no UTF-8. `decodeURIComponent` throws, also for half a character.
  try {
    for (const [bytes] of text.matchAll(ESCAPED_BYTES)) decodeURIComponent(bytes);
  } catch {
    throw notUtf8();
  }
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text))
    if (value !== "" || !fields.has(name)) fields.set(name, value);
  return Object.fromEntries(fields);
}

const IDEMPOTENCY_KEY = /^[A-Za-z0-9_-]{16,64}$/;

/** The idempotency key of a change, `null` without one. @throws Problem `invalid` for what is none */
export function idempotencyKeyOf(
  headers: Headers,
  kind: BodyKind,
  sent: Readonly<Record<string, unknown>>,
): string | null {
  const key = kind === "form" ? sent[idempotencyKey.field] : headers.get(idempotencyKey.header);
  if (key === undefined || key === null) return null;
  if (typeof key === "string" && IDEMPOTENCY_KEY.test(key)) return key;
  throw new Problem({
    code: "invalid",
    detail: "An idempotency key is 16 to 64 of letters, digits, - and _.",
    field: idempotencyKey.field,
  });
}
