import { Problem } from "./problem";

/** No change needs more; checked while the body arrives, not after. */
const MAX_BODY_BYTES = 16 * 1024;

export type BodyKind = "json" | "form";

/** @throws Problem `unsupported-type` for anything but the two kinds. A request without a body counts as JSON. */
export function bodyKindOf(headers: Headers): BodyKind {
  const type = headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type === "application/x-www-form-urlencoded") return "form";
  if (type === "application/json" || (type === undefined && headers.get("content-length") === "0"))
    return "json";
  if (type === undefined && !headers.has("content-length") && !headers.has("transfer-encoding"))
    return "json";
  throw new Problem("unsupported-type");
}

/** The fields of a body. @throws Problem `too-large`, `invalid` */
export async function readFields(request: Request, kind: BodyKind): Promise<Record<string, unknown>> {
  const text = await readText(request);
  return kind === "form" ? formFields(text) : jsonFields(text);
}

async function readText(request: Request): Promise<string> {
  if (Number(request.headers.get("content-length")) > MAX_BODY_BYTES) throw new Problem("too-large");
  const reader = request.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for (;;) {
    const chunk = await reader?.read();
    if (!chunk || chunk.done) return text + decoder.decode();
    bytes += chunk.value.byteLength;
    if (bytes > MAX_BODY_BYTES) {
      await reader?.cancel();
      throw new Problem("too-large");
    }
    text += decoder.decode(chunk.value, { stream: true });
  }
}

function jsonFields(text: string): Record<string, unknown> {
  if (text === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Problem("invalid", { detail: "The body is not JSON." });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Problem("invalid", { detail: "The body is not a JSON object." });
  }
  return { ...value };
}

// Of several fields of one name the last that was filled in counts: a choice and the text box after it share a name.
function formFields(text: string): Record<string, unknown> {
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text))
    if (value !== "" || !fields.has(name)) fields.set(name, value);
  return Object.fromEntries(fields);
}
