/** The parts of a request's target `/set/key?EX=100&_token=T`. Names and values are bytes: a key may be any. */
export type RestUrl = {
  /** As it was sent, without the query. */
  path: string;
  /** Between the slashes, decoded: `set`, `key`. */
  segments: Buffer[];
  /** The query's names and values, without `_token`, decoded: `EX`, `100`. One without `=` is a single item. */
  parameters: Buffer[];
  /** The value of `_token`. */
  token: string | undefined;
};

const TOKEN = "_token";

/** Never throws: an escape that is none (`100%`) is taken as it stands, since @upstash/redis escapes no channel name. */
export function parseRestUrl(target: string): RestUrl {
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  const pairs =
    mark < 0
      ? []
      : target
          .slice(mark + 1)
          .split("&")
          .filter(Boolean)
          .map(parsePair);
  return {
    path,
    segments: path.slice(1).split("/").map(decode),
    parameters: pairs.filter((pair) => !namesToken(pair)).flat(),
    token: pairs.find(namesToken)?.[1]?.toString(),
  };
}

function namesToken([name]: Buffer[]): boolean {
  return name?.toString() === TOKEN;
}

function parsePair(text: string): Buffer[] {
  const equals = text.indexOf("=");
  const parts = equals < 0 ? [text] : [text.slice(0, equals), text.slice(equals + 1)];
  // In a query, and only there, a plus sign stands for a space.
  return parts.map((part) => decode(part.replaceAll("+", " ")));
}

// Node hands over the bytes of the request line as Latin-1, one character each.
function decode(text: string): Buffer {
  if (!text.includes("%")) return Buffer.from(text, "latin1");
  const unescaped = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(unescaped, "latin1");
}
