import { describe, expect, it } from "vitest";
import { MAX_VIEW_NAMES, OTHER_VIEWS } from "./session-definition";
import {
  anonymousSession,
  countView,
  editProfile,
  type Session,
  type SessionDraft,
  sessionInit,
  setIdle,
  signedInSession,
} from "./test-session";

const ada = { id: "user-ada", name: "ada" };
const bob = { id: "user-bob", name: "bob" };
const fresh = anonymousSession(sessionInit);

function sessionOf(draft: SessionDraft, more: Partial<Session> = {}): Session {
  return { v: 1, revision: 3, createdAt: 1, expiresAt: 2, ...draft, ...more };
}
const countAll = (servers: readonly string[]) => servers.reduce(countView<SessionDraft>, fresh);
const sumOf = (draft: SessionDraft) => draft.data.views.reduce((sum, [, count]) => sum + count, 0);

describe("signing in", () => {
  const visitor = sessionOf({
    ...fresh,
    data: {
      ...fresh.data,
      profile: { displayName: "Somebody", locale: "de-DE", theme: "dark" },
      cart: { lines: [{ sku: "tote", quantity: 2 }] },
    },
  });

  it("begins with the user's name and nothing else when nothing is carried", () => {
    expect(signedInSession(ada, null, sessionInit)).toEqual({
      ...fresh,
      user: ada,
      data: { ...fresh.data, profile: { displayName: "ada", locale: "en-GB", theme: "system" } },
    });
  });

  it("carries a visitor's cart, locale and theme, but not the visitor's name, clock or views", () => {
    const carried = { ...countView(visitor, "b"), idleSeconds: 5 };
    expect(signedInSession(ada, carried, sessionInit)).toEqual({
      user: ada,
      data: {
        profile: { displayName: "ada", locale: "de-DE", theme: "dark" },
        cart: { lines: [{ sku: "tote", quantity: 2 }] },
        views: [],
      },
      servedBy: "a",
      device: "a test",
      idleSeconds: 60,
    });
  });

  it("carries the same user's cart and whole profile", () => {
    const again = signedInSession(ada, { ...visitor, user: ada }, sessionInit);
    expect(again.data.cart).toEqual(visitor.data.cart);
    expect(again.data.profile).toEqual(visitor.data.profile);
  });

  it("carries nothing of another user's, even of the same name", () => {
    for (const other of [bob, { id: "user-ada-2", name: "ada" }]) {
      expect(signedInSession(ada, { ...visitor, user: other }, sessionInit)).toEqual(
        signedInSession(ada, null, sessionInit),
      );
    }
  });

  it("keeps nothing of the head: the new session has times and a revision of its own", () => {
    expect(Object.keys(signedInSession(ada, visitor, sessionInit)).sort()).toEqual(
      ["data", "device", "idleSeconds", "servedBy", "user"].sort(),
    );
  });
});

describe("counting views", () => {
  it("counts by server, the one that counted last at the end", () => {
    expect(countAll(["a", "b", "a", "c", "b"]).data.views).toEqual([
      ["a", 2],
      ["c", 1],
      ["b", 2],
    ]);
  });

  // A plain object would put names like "7" first, whenever they counted.
  const servers = Array.from({ length: 25 }, (_, at) => (at % 2 ? `${at}` : `server-${at}`));

  it("names the 20 servers that counted last and sums up the rest, numeric names or not", () => {
    const { views } = countAll(servers).data;
    expect(views).toEqual([[OTHER_VIEWS, 5], ...servers.slice(5).map((name) => [name, 1])]);
    expect(views).toHaveLength(MAX_VIEW_NAMES + 1);
  });

  it("loses no view, however many servers come, go and come back", () => {
    const views = [...servers, ...servers.slice(0, 7), ...servers];
    const counted = countAll(views);
    expect(sumOf(counted)).toBe(views.length);
    expect(counted.data.views.at(-1)).toEqual([servers.at(-1), expect.any(Number)]);
  });

  it("loses no view to a server that calls itself like the sum of the others", () => {
    const counted = countAll([...servers, OTHER_VIEWS, ...servers, OTHER_VIEWS]);
    expect(sumOf(counted)).toBe(52);
    expect(new Set(counted.data.views.map(([name]) => name)).size).toBe(counted.data.views.length);
    expect(counted.data.views.length).toBeLessThanOrEqual(MAX_VIEW_NAMES + 1);
  });
});

describe("transitions", () => {
  it("change what they name, keep the rest with fields unknown to this build, and leave the old value alone", () => {
    const before = sessionOf({ ...fresh, data: { ...fresh.data, wishlist: ["tote"] } });
    const copy = structuredClone(before);
    expect(setIdle(before, 5)).toEqual({ ...copy, idleSeconds: 5 });
    expect(editProfile(before, { theme: "dark" })).toEqual({
      ...copy,
      data: { ...copy.data, profile: { ...copy.data.profile, theme: "dark" } },
    });
    expect(countView(before, "a")).toEqual({ ...copy, data: { ...copy.data, views: [["a", 1]] } });
    expect(before).toEqual(copy);
  });

  it("keeps fields of the profile that a newer build wrote", () => {
    const profile = { ...fresh.data.profile, pronouns: "she" };
    const data = { ...fresh.data, profile };
    expect(editProfile({ ...fresh, data }, { displayName: "Ada" }).data.profile).toEqual({
      ...profile,
      displayName: "Ada",
    });
    expect(
      signedInSession(ada, sessionOf({ ...fresh, data }, { user: ada }), sessionInit).data.profile,
    ).toMatchObject({ pronouns: "she" });
  });
});
