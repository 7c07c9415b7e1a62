import { describe, expect, it } from "vitest";
import { type BodyKind, bodyKindOf, readFields } from "./body.ts";

const url = "http://localhost/api/x";
const read = (body: RequestInit["body"], kind: BodyKind, headers: Record<string, string> = {}) =>
  readFields(new Request(url, { method: "POST", body: body ?? null, headers }), kind);
// Node asks for `duplex` with a stream, and the types of the browser do not know it.
function streamed(body: ReadableStream, headers: Record<string, string> = {}): Request {
  const init: RequestInit & { duplex: "half" } = { method: "POST", body, headers, duplex: "half" };
  return new Request(url, init);
}
const refused = (code: string) => expect.objectContaining({ name: "Problem", code });

describe("the kind of a body", () => {
  it.each<[Record<string, string>, BodyKind]>([
    [{ "content-type": "application/json" }, "json"],
    [{ "content-type": "Application/JSON; charset=utf-8" }, "json"],
    [{ "content-type": "application/x-www-form-urlencoded" }, "form"],
    [{ "content-type": "application/x-www-form-urlencoded;charset=UTF-8" }, "form"],
    [{}, "json"],
    [{ "content-length": "0" }, "json"],
  ])("with %j is %s", (headers, kind) => {
    expect(bodyKindOf(new Headers(headers))).toBe(kind);
  });

  it.each([
    { "content-type": "text/plain" },
    { "content-type": "text/plain; application/json" },
    { "content-type": "multipart/form-data; boundary=x" },
    { "content-type": "application/jsonp" },
    { "content-type": "application/json, text/plain" },
    { "content-type": "" },
    { "content-type": ";" },
    { "content-length": "2" },
    { "transfer-encoding": "chunked" },
  ])("with %j is none of ours", (headers) => {
    expect(() => bodyKindOf(new Headers(headers))).toThrow(refused("unsupported-type"));
  });
});

describe("the fields of JSON", () => {
  it("are those of an object, and none of an empty body", async () => {
    expect(await read('{"a":1,"b":"x"}', "json")).toEqual({ a: 1, b: "x" });
    expect(await read("", "json")).toEqual({});
    expect(await read(null, "json")).toEqual({});
  });

  it.each(["{", "[]", "null", "1", '"x"', "[{}]", "undefined", "{'a':1}", '{"a":1}x', " ", "\ud800", "a=1"])(
    "are refused of %j, without a word of it",
    async (text) => {
      await expect(read(text, "json")).rejects.toEqual(refused("invalid"));
      await expect(read(text, "json")).rejects.toThrow(
        /^The body is not JSON\.$|^The body is not a JSON object\.$/,
      );
    },
  );

  it("of a special name are fields like others", async () => {
    const fields = await read('{"__proto__":"x","constructor":1}', "json");
    expect(Object.keys(fields)).toEqual(["__proto__", "constructor"]);
    expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
  });

  it.each(['{"sku":{}}', '{"sku":[]}', '{"a":1,"sku":[["x"]]}', '{"sku":{"__proto__":{"admin":true}}}'])(
    "are flat: %s is refused, and the field is named",
    async (text) => {
      await expect(read(text, "json")).rejects.toMatchObject({ code: "invalid", field: "sku" });
      expect("admin" in {}).toBe(false);
    },
  );

  it.each(['{"<b>":{}}', '{"__proto__":{"admin":true}}', `{"${"a".repeat(33)}":[]}`])(
    "that nest under a name that is none of ours are refused without repeating it: %s",
    async (text) => {
      await expect(read(text, "json")).rejects.toMatchObject({ code: "invalid", field: undefined });
    },
  );

  it("are refused where they are not UTF-8", async () => {
    const bytes = Uint8Array.from([...new TextEncoder().encode('{"a":"'), 0xff, 0x22, 0x7d]);
    await expect(read(bytes, "json")).rejects.toThrow("The body is not UTF-8.");
    const cut = new TextEncoder().encode('{"a":"é').slice(0, -1);
    await expect(read(cut, "json")).rejects.toThrow("The body is not UTF-8.");
  });

  it.each(["\\ud800", "x\\udc00y", "\\udc00\\ud800", "\\ud83e"])(
    "are refused with half a character, %s, and the field is named",
    async (half) => {
      const refusal = { code: "invalid", field: "name", message: "A field is not Unicode text." };
      await expect(read(`{"a":"x","name":"${half}"}`, "json")).rejects.toMatchObject(refusal);
    },
  );

  it("may spell a whole character in two halves", async () => {
    expect(await read('{"a":"\\ud83e\\uddf3"}', "json")).toEqual({ a: "🧳" });
  });

  it("are refused when they nest without end, and not by a crash", async () => {
    await expect(read("[".repeat(16_000), "json")).rejects.toEqual(refused("invalid"));
    const deep = `{"a":${"[".repeat(8_000)}${"]".repeat(8_000)}}`;
    await expect(read(deep, "json")).rejects.toMatchObject({ code: "invalid", field: "a" });
  });
});

describe("the fields of a form", () => {
  it.each<[string, Record<string, string>]>([
    ["", {}],
    ["a=1&b=x+y%26z", { a: "1", b: "x y&z" }],
    ["a=1&a=2", { a: "2" }],
    ["a=&a=2&a=3", { a: "3" }],
    ["a=&a=", { a: "" }],
    ["a&=b&&", { a: "", "": "b" }],
    ["a=%zz&b=%&c=%00", { a: "%zz", b: "%", c: "\0" }],
    ["a=Caf%C3%A9+%F0%9F%A7%B3é", { a: "Café 🧳é" }],
    ["a=%EF%BF%BD&b=%EF%BB%BFx", { a: "\ufffd", b: "\ufeffx" }],
    ["a[]=1&a[b]=2", { "a[]": "1", "a[b]": "2" }],
  ])("%j are %j: of one name the last that is filled in", async (text, fields) => {
    expect(await read(text, "form")).toEqual(fields);
  });

  it.each([
    ...["a=%ff", "a=Caf%E9", "a=1&b=%C3", "a=%C3x%A9", "a=%C3%zz", "%E9=1", "a=1&&%ff"],
    // An overlong "/", the halves of a character one by one, and one beyond Unicode.
    ...["a=%C0%AF", "a=%ED%A0%BD%ED%B7%B3", "a=%ED%A0%80", "a=%F4%90%80%80"],
  ])("are refused where they are not UTF-8: %s", async (text) => {
    await expect(read(text, "form")).rejects.toEqual(refused("invalid"));
    await expect(read(text, "form")).rejects.toThrow("The body is not UTF-8.");
  });

  it("of a special name are fields like others", async () => {
    const fields = await read("__proto__=x&toString=y", "form");
    expect(Object.keys(fields)).toEqual(["__proto__", "toString"]);
    expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
  });
});

it.each<BodyKind>(["json", "form"])("32 fields of a %s are read, and one more is not", async (kind) => {
  const text = (count: number) => {
    const fields = Object.fromEntries(Array.from({ length: count }, (_, at) => [`f${at}`, "x"]));
    return kind === "json" ? JSON.stringify(fields) : String(new URLSearchParams(fields));
  };
  expect(Object.keys(await read(text(32), kind))).toHaveLength(32);
  await expect(read(text(33), kind)).rejects.toThrow("too many fields");
});

describe("a body beyond 16 KiB", () => {
  const full = `{"a":"${"é".repeat(8188)}"}`;

  it("is refused, and one of exactly so many bytes is not", async () => {
    expect(new TextEncoder().encode(full)).toHaveLength(16_384);
    expect(await read(full, "json")).toHaveProperty("a");
    await expect(read(`${full} `, "json")).rejects.toEqual(refused("too-large"));
  });

  it("is refused by its announced length before it is read", async () => {
    const body = new ReadableStream({ pull: () => Promise.reject(new Error("was read")) });
    const request = streamed(body, { "content-length": "16385" });
    await expect(readFields(request, "json")).rejects.toEqual(refused("too-large"));
  });

  it("is refused while it arrives when it does not say its length, or lies", async () => {
    let chunks = 0;
    const body = new ReadableStream({
      pull(controller) {
        chunks++;
        controller.enqueue(new Uint8Array(1024));
      },
    });
    const request = streamed(body, { "content-length": "1" });
    await expect(readFields(request, "json")).rejects.toEqual(refused("too-large"));
    expect(chunks).toBeLessThan(20);
  });
});

it("a character that arrives in two pieces is one", async () => {
  const bytes = new TextEncoder().encode('{"a":"🧳"}');
  const body = new ReadableStream({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  expect(await readFields(streamed(body), "json")).toEqual({
    a: "🧳",
  });
});

it("a body that breaks off is refused, and no fault of this server's that its log would tell of", async () => {
  const body = new ReadableStream({
    pull: (controller) => controller.error(Object.assign(new Error("aborted"), { code: "ECONNRESET" })),
  });
  await expect(readFields(streamed(body), "json")).rejects.toEqual(refused("invalid"));
});
