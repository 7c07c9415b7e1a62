import fc from "fast-check";

/** Stands in whatever is sent: where an answer or a log repeats it, it was not careful. */
export const MARK = "fuzz-mark";

export interface HostileRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

// The names that handlers know, and those that objects know.
const names = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(...["username", "password", "current", "next", "endOthers", "sku"]),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom(...["quantity", "displayName", "locale", "theme", "idleSeconds", "remember"]),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(...["handle", "others", "all", "action", "instance", "step", "many"]),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...["user", "kind", "server", "device", "olderThan", "idleFor", "cursor"]),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"]),
  },
  { weight: 3, arbitrary: fc.constantFrom("", "__proto__[x]", "a[b]", `<b>${MARK}</b>`, "a\r\nb", "\u0000") },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
);

const texts = fc.oneof(
  fc.constantFrom("tote", "sling", "ada", "correct horse battery", "1", "60", "on", "dark", "de-DE", "/cart"),
  fc.constantFrom(
    ...[
      `<script>${MARK}</script>`,
      `"><img src=x onerror=${MARK}>`,
      `javascript:${MARK}`,
      `//${MARK}.example`,
    ],
    ...[
      `/\\${MARK}.example`,
      `${MARK}\r\nSet-Cookie: session=x`,
      `\${jndi:ldap://${MARK}}`,
      "../../etc/passwd",
    ],
    ...[
      "*",
      "session:*",
      "' OR 1=1 --",
      "%00",
      "\u0000",
      "\ufeff",
      "\u202e",
      "\u212aim",
      "\u017fam",
      "ﬁnn",
      "a\u200bb",
    ],
    ...["-1", "1e309", "0x10", "NaN", "9".repeat(400), "[object Object]", "null", "undefined", "__proto__"],
  ),
  fc.string({ unit: "binary", maxLength: 80 }),
  fc.string({ unit: "grapheme", maxLength: 80 }),
  fc.integer({ min: 1, max: 20_000 }).map((length) => "x".repeat(length)),
);

const scalars = fc.oneof(
  { weight: 4, arbitrary: texts },
  {
    weight: 1,
    arbitrary: fc.oneof(fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.maxSafeInteger()),
  },
);

const deep = fc
  .tuple(fc.integer({ min: 1, max: 3_000 }), fc.constantFrom<[string, string]>(["[", "]"], ['{"a":', "}"]))
  .map(([depth, [open, close]]) => `{"sku":${open.repeat(depth)}1${close.repeat(depth)}}`);

// Written by hand, so that a name such as __proto__ is on the wire and not in our own objects.
const pairs = <T>(values: fc.Arbitrary<T>, maxLength: number) =>
  fc.array(fc.tuple(names, values), { maxLength });
const objectText = (fields: readonly (readonly [string, unknown])[]) =>
  `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}`;

const jsonBodies = fc.oneof(
  { weight: 8, arbitrary: pairs(scalars, 8).map(objectText) },
  { weight: 4, arbitrary: pairs(fc.jsonValue({ maxDepth: 4 }), 8).map(objectText) },
  { weight: 1, arbitrary: pairs(scalars, 400).map(objectText) },
  { weight: 1, arbitrary: deep },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
);

const formBodies = fc.oneof(
  { weight: 6, arbitrary: pairs(texts, 8).map((fields) => String(new URLSearchParams(fields))) },
  { weight: 1, arbitrary: pairs(texts, 400).map((fields) => String(new URLSearchParams(fields))) },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.constantFrom("&", "=", "%", "%zz", "+", "a", "%ff", "[]"), { maxLength: 60 })
      .map((all) => all.join("")),
  },
);

const bytes = fc.uint8Array({ maxLength: 300 }).map((each) => Uint8Array.from(each));

const types = fc.constantFrom(
  ...[
    "application/json",
    "application/json",
    "application/json; charset=utf-16",
    "APPLICATION/JSON;",
    "text/plain",
  ],
  ...[
    "multipart/form-data; boundary=x",
    "application/json, text/html",
    "application/xml",
    "",
    ";",
    "a".repeat(3000),
  ],
);

const oddHeaders = fc.record(
  {
    "content-encoding": fc.constantFrom("gzip", "br", "identity", MARK),
    "content-length": fc.constantFrom("0", "1", "-1", "99999999", "1e3", "NaN"),
    "accept-language": fc.constantFrom("*", `<b>${MARK}`, "x".repeat(2000)),
    "user-agent": fc.constantFrom("", `<script>${MARK}</script>/1 (x)`, "x".repeat(5000), "\u0085\u00a0"),
    referer: fc.constantFrom("https://[", `http://localhost:3000//${MARK}.example`, `javascript:${MARK}`),
    cookie: fc.constantFrom("session=%", "session=x; session=y", "\u00ff=\u00ff", "__proto__=x"),
    "x-forwarded-for": fc.constantFrom("::1", "x".repeat(3000), "account:ada", "1.1.1.1, %"),
    "x-forwarded-host": fc.constantFrom("a b", "[", `${MARK}.example`),
    "x-carryover-session": fc.constantFrom("x", "1.x.x"),
  },
  { requiredKeys: [] },
);

/** A request with a body, as someone might send it who means no good. */
export const hostileRequests: fc.Arbitrary<HostileRequest> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ headers: fc.constant({ "content-type": "application/json" }), body: jsonBodies }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      headers: fc.constant({ "content-type": "application/x-www-form-urlencoded" }),
      body: formBodies,
    }),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(types, oddHeaders, fc.oneof(jsonBodies, formBodies, bytes))
      .map(([type, odd, body]) => ({ headers: { "content-type": type, ...odd }, body })),
  },
);
