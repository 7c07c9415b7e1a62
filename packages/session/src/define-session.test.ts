import { describe, expect, expectTypeOf, it } from "vitest";
import { z as full } from "zod";
import { z } from "zod/mini";
import { createSessionCodec } from "./codec.ts";
import {
  anonymousDraft,
  defineSession,
  type SessionDataOf,
  type StandardSchema,
  signedInDraft,
} from "./define-session.ts";

const pages = { signIn: "/login", unavailable: "/unavailable", protected: [] };
const init = { idleSeconds: 60, servedBy: "a", device: "a test" };
const ada = { id: "user-ada", name: "ada" };
const bob = { id: "user-bob", name: "bob" };

const notes = defineSession({
  version: 1,
  schema: z.looseObject({ note: z.string().check(z.maxLength(500)) }),
  initial: () => ({ note: "" }),
  migrations: {},
  pages,
});
const head = { v: 1, revision: 1, createdAt: 1, expiresAt: 2 };

describe("a definition", () => {
  it("infers the data from the schema of any library that follows Standard Schema", () => {
    expectTypeOf<SessionDataOf<typeof notes>["note"]>().toEqualTypeOf<string>();
    const strict = defineSession({
      version: 1,
      schema: full.object({ colour: full.enum(["red", "blue"]) }),
      initial: () => ({ colour: "red" as const }),
      migrations: {},
      pages,
    });
    expectTypeOf<SessionDataOf<typeof strict>>().toEqualTypeOf<{ colour: "red" | "blue" }>();
    // By hand, without any library.
    const schema: StandardSchema<{ count: number }> = {
      "~standard": { version: 1, vendor: "none", validate: () => ({ value: { count: 1 } }) },
    };
    const counted = defineSession({
      version: 1,
      schema,
      initial: () => ({ count: 0 }),
      migrations: {},
      pages,
    });
    expect(anonymousDraft(counted, init)).toEqual({ user: null, data: { count: 0 }, ...init });
  });

  it("refuses initial data of another shape, by type", () => {
    const schema = z.looseObject({ note: z.string() });
    // @ts-expect-error: a number is no note
    defineSession({ version: 1, schema, initial: () => ({ note: 1 }), migrations: {}, pages });
  });

  it("refuses the names that a session keeps for itself, by type and at run time", () => {
    const schema = z.looseObject({ user: z.string(), note: z.string() });
    const initial = () => ({ user: "", note: "" });
    // @ts-expect-error: `user` is the package's
    const taken = defineSession({ version: 1, schema, initial, migrations: {}, pages });
    const draft = anonymousDraft(taken, init);
    expect(() => createSessionCodec(taken).encode(draft, [])).toThrow(
      "Names that a session keeps for itself: user.",
    );
  });

  it("refuses a schema that answers later", () => {
    const later: StandardSchema<{ note: string }> = {
      "~standard": { version: 1, vendor: "none", validate: async () => ({ value: { note: "" } }) },
    };
    const codec = createSessionCodec({ version: 1, schema: later, migrations: {} });
    const text = JSON.stringify({ ...head, user: null, note: "", ...init });
    expect(() => codec.decode(text)).toThrow("must validate synchronously");
  });
});

describe("a sign-in", () => {
  const carried = { ...head, ...anonymousDraft(notes, init), data: { note: "milk" } };
  const noteOf = (session: typeof carried, user = ada) =>
    signedInDraft(notes, { user, carried: session, init }).data.note;

  it("carries over a visitor's data and the same user's, by default, and nothing of another's", () => {
    expect(noteOf(carried)).toBe("milk");
    expect(noteOf({ ...carried, user: ada })).toBe("milk");
    expect(noteOf({ ...carried, user: bob })).toBe("");
    expect(signedInDraft(notes, { user: ada, carried: null, init })).toEqual({
      user: ada,
      data: { note: "" },
      ...init,
    });
  });

  it("tells onSignIn who it was, and nothing of another user or of the package's own fields", () => {
    const seen: unknown[] = [];
    const watched = {
      ...notes,
      onSignIn: (previous: { user: unknown; data: { note: string } }) => {
        seen.push(previous);
        return previous.data;
      },
    };
    for (const user of [null, ada, bob])
      signedInDraft(watched, { user: ada, carried: { ...carried, user }, init });
    expect(seen).toEqual([
      { user: null, data: { note: "milk" } },
      { user: ada, data: { note: "milk" } },
      { user: null, data: { note: "" } },
    ]);
  });
});

it("a migration gets the data alone, and what the schema does not know stays", () => {
  const given: unknown[] = [];
  const codec = createSessionCodec({
    version: 2,
    // It drops what it does not know.
    schema: z.object({ note: z.string() }),
    migrations: {
      1: (older) => {
        given.push(older);
        return { ...older, note: "old" };
      },
    },
  });
  const text = JSON.stringify({
    ...head,
    user: null,
    wish: [1],
    servedBy: "a",
    device: "a test",
    writes: [],
    idleSeconds: 60,
  });
  expect(codec.decode(text)?.session).toMatchObject({ v: 2, user: null, data: { note: "old", wish: [1] } });
  expect(given).toEqual([{ wish: [1] }]);
});
