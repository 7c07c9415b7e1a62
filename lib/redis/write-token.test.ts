import { describe, expect, it, vi } from "vitest";
import { createWriteToken, rememberWrite } from "./write-token";

async function anotherProcess() {
  vi.resetModules();
  return import("./write-token");
}

describe("a write token", () => {
  it("is new each time, with one beginning for the whole process", async () => {
    const tokens = Array.from({ length: 1000 }, createWriteToken);
    expect(new Set(tokens).size).toBe(1000);
    expect(new Set(tokens.map((token) => token.slice(0, 6))).size).toBe(1);
    const other = (await anotherProcess()).createWriteToken();
    expect(other.slice(0, 6)).not.toBe(tokens[0]?.slice(0, 6));
  });

  it("is plain in JSON and in a Lua search: 14 letters, digits, - and _", () => {
    for (let time = 0; time < 200; time++) expect(createWriteToken()).toMatch(/^[\w-]{14}$/);
  });
});

describe("the writes that a session remembers", () => {
  it("are one a process, the newest first", async () => {
    const other = (await anotherProcess()).createWriteToken();
    const [first, second] = [createWriteToken(), createWriteToken()];
    expect(rememberWrite([], first)).toEqual([first]);
    expect(rememberWrite([first, other], second)).toEqual([second, other]);
  });

  it("are eight at most, however many processes write", () => {
    const others = Array.from({ length: 30 }, (_, at) => `proc${at + 10}-12345678`);
    const token = createWriteToken();
    expect(rememberWrite(others, token)).toEqual([token, ...others.slice(0, 7)]);
  });
});
