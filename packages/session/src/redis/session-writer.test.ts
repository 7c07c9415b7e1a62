import { describe, expect, it } from "vitest";
import { createSessionWriter, rememberWrite } from "./update-queue.ts";

describe("the token of a write", () => {
  it("is new each time, with one beginning for the whole process", () => {
    const { createToken } = createSessionWriter();
    const tokens = Array.from({ length: 1000 }, createToken);
    expect(new Set(tokens).size).toBe(1000);
    expect(new Set(tokens.map((token) => token.slice(0, 6))).size).toBe(1);
    expect(createSessionWriter().createToken().slice(0, 6)).not.toBe(tokens[0]?.slice(0, 6));
  });

  it("is plain in JSON and in a Lua search: 14 letters, digits, - and _", () => {
    const { createToken } = createSessionWriter();
    for (let time = 0; time < 200; time++) expect(createToken()).toMatch(/^[\w-]{14}$/);
  });
});

describe("the writes that a session remembers", () => {
  it("are one a process, the newest first", () => {
    const { createToken } = createSessionWriter();
    const other = createSessionWriter().createToken();
    const [first, second] = [createToken(), createToken()];
    expect(rememberWrite([], first)).toEqual([first]);
    expect(rememberWrite([first, other], second)).toEqual([second, other]);
  });

  it("are eight at most, however many processes write", () => {
    const others = Array.from({ length: 30 }, (_, at) => `proc${at + 10}-12345678`);
    const token = createSessionWriter().createToken();
    expect(rememberWrite(others, token)).toEqual([token, ...others.slice(0, 7)]);
  });
});
