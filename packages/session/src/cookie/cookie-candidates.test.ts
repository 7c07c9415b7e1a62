import { expect, it } from "vitest";
import { cookieCandidates } from "./cookie.ts";

it.each<[string | null, string[]]>([
  [null, []],
  ["", []],
  [";;; ;", []],
  ["session", []],
  ["=session", []],
  ["session=", []],
  ["session= ; session=a", ["a"]],
  ["session=; session=; session=; session=; session=a", ["a"]],
  ["session=a", ["a"]],
  [" session = a ", ["a"]],
  ["session=a=b==", ["a=b=="]],
  ["other=1; session=a; session=b;session=c", ["a", "b", "c"]],
  ["xsession=1; session2=2; Session=3; __Host-session=4; not session=5", []],
  ["session=%; session=%zz; session=%00", ["%", "%zz", "%00"]],
  ['session="a b"', ['"a b"']],
  ["\tsession\t=\ta\t", ["a"]],
  ["\u00a0session=a; \u000bsession=b; \u000csession=c; session\u00a0=d; \ufeffsession=e", []],
  ["$Version=1; session=a, session=b", ["a, session=b"]],
])("reads %j as %j, without decoding anything", (header, values) => {
  expect(cookieCandidates(header, "session")).toEqual(values);
});

it("looks at four cookies of a name and no more", () => {
  const header = Array.from({ length: 1000 }, (_, at) => `session=${at}`).join("; ");
  expect(cookieCandidates(header, "session")).toEqual(["0", "1", "2", "3"]);
});
