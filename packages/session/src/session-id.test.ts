import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createSessionId, parseSessionId, sessionHandle } from "./session-id.ts";

describe("a session ID", () => {
  it("is 32 random bytes as 43 characters of base64url, and parses as itself", () => {
    const ids = Array.from({ length: 1000 }, createSessionId);
    expect(new Set(ids).size).toBe(1000);
    for (const id of ids) {
      expect(id).toMatch(/^[\w-]{43}$/);
      expect(Buffer.from(id, "base64url")).toHaveLength(32);
      expect(parseSessionId(id)).toBe(id);
    }
    // Every character of the alphabet turns up: no bit is stuck.
    expect(new Set(ids.join("")).size).toBe(64);
  });

  it("is refused where another spelling of the same bytes would pass for a second ID", () => {
    const bytes = `${"A".repeat(42)}`;
    expect(parseSessionId(`${bytes}A`)).not.toBeNull();
    expect(Buffer.from(`${bytes}B`, "base64url")).toEqual(Buffer.from(`${bytes}A`, "base64url"));
    for (const last of "BCDFGHJKLNOPRSTVWXZabdefhijlmnpqrtuvxyz12356 79-_=") {
      expect(parseSessionId(bytes + last)).toBeNull();
    }
  });

  const id = "A".repeat(43);
  const junk: unknown[] = [
    ...["", "A", id.slice(1), `${id}A`, `${id}=`, ` ${id}`, `${id}\n`, `${id}\0`, `\n${id}`, `${id}\n${id}`],
    ...[`${"A".repeat(41)}+A`, `${"A".repeat(41)}/A`, `${"A".repeat(41)}*A`, `${"A".repeat(41)}:A`],
    ...[`${"A".repeat(42)}Å`, `${"А".repeat(42)}A`, "../".repeat(15).slice(0, 43), "A".repeat(1000)],
    ...[undefined, null, 43, true, [id], { id }, new String(id)],
  ];

  it.each(junk.map((value) => [value]))("is not %j", (value) => {
    expect(parseSessionId(value)).toBeNull();
  });
});

describe("a handle", () => {
  it("is the beginning of the ID's SHA-256, the same each time, and shows nothing of the ID", async () => {
    const id = createSessionId();
    const handle = await sessionHandle(id);
    expect(handle).toBe(createHash("sha256").update(id).digest("hex").slice(0, 12));
    expect(await sessionHandle(id)).toBe(handle);
    expect(parseSessionId(handle)).toBeNull();
  });

  it("tells sessions apart", async () => {
    const handles = await Promise.all(Array.from({ length: 500 }, () => sessionHandle(createSessionId())));
    expect(new Set(handles).size).toBe(500);
    for (const handle of handles) expect(handle).toMatch(/^[0-9a-f]{12}$/);
  });
});
