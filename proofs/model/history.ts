import fc from "fast-check";

/** One thing that is done to one of the sessions there are by then (`at`: 0 is the newest), through one of three servers. */
export type Command = Readonly<
  { readonly server: number } & (
    | { readonly do: "begin"; readonly user: UserName | null; readonly idleSeconds: number }
    | { readonly do: "open" | "peek" | "add" | "view" | "end" | "run out" | "age"; readonly at: number }
    | { readonly do: "set idle"; readonly at: number; readonly idleSeconds: number }
    /** `isStale`: what the rotation saw of the session is what was seen first. */
    | { readonly do: "sign in"; readonly at: number; readonly user: UserName; readonly isStale: boolean }
    | { readonly do: "renew"; readonly at: number }
    | { readonly do: "list"; readonly user: UserName }
    | { readonly do: "revoke others"; readonly user: UserName; readonly at: number }
  )
>;

export const userNames = ["ada", "bob"] as const;
export type UserName = (typeof userNames)[number];

const server = fc.nat({ max: 2 });
const user = fc.constantFrom(...userNames);
const idleSeconds = fc.constantFrom(60, 600, 7200);
const of = <const T extends string>(...names: readonly [T, ...T[]]) => fc.constantFrom(...names);

/** Commands on one of the first so many sessions; `changes` is the weight of changes against that of each other thing. */
function commands({ sessions, changes }: { sessions: number; changes: number }): fc.Arbitrary<Command> {
  const at = fc.nat({ max: sessions - 1 });
  return fc.oneof(
    { weight: changes, arbitrary: fc.record({ do: of("add", "view"), server, at }) },
    { weight: 4, arbitrary: fc.record({ do: of("begin"), server, user: fc.option(user), idleSeconds }) },
    { weight: 4, arbitrary: fc.record({ do: of("open", "peek"), server, at }) },
    { weight: 2, arbitrary: fc.record({ do: of("age"), server, at }) },
    { weight: 2, arbitrary: fc.record({ do: of("end", "run out"), server, at }) },
    { weight: 1, arbitrary: fc.record({ do: of("set idle"), server, at, idleSeconds }) },
    { weight: 4, arbitrary: fc.record({ do: of("sign in"), server, at, user, isStale: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: of("renew"), server, at }) },
    { weight: 1, arbitrary: fc.record({ do: of("list"), server, user }) },
    { weight: 1, arbitrary: fc.record({ do: of("revoke others"), server, user, at }) },
  );
}

/** One command after the other. */
export const histories = fc.array(commands({ sessions: 6, changes: 4 }), {
  minLength: 5,
  maxLength: 40,
  size: "max",
});

/** Batches of commands at once, many of them on one session. */
export const concurrentHistories = fc.array(
  fc.array(commands({ sessions: 2, changes: 16 }), { minLength: 1, maxLength: 10, size: "max" }),
  { minLength: 2, maxLength: 8, size: "max" },
);
