import { describe, expect, it } from "vitest";
import { hashesAtOnce, hashPassword, verifyPassword } from "./password-hash";

describe("a password hash", () => {
  it("verifies the password it was made of and no other", async () => {
    const hash = await hashPassword("correct horse");
    expect(await verifyPassword("correct horse", hash)).toBe(true);
    for (const wrong of ["correct horsE", "correct horse ", "", "correct hors"]) {
      expect(await verifyPassword(wrong, hash)).toBe(false);
    }
  });

  it("has a salt of its own, its costs in its text, and nothing of the password", async () => {
    const [first, second] = await Promise.all([hashPassword("correct horse"), hashPassword("correct horse")]);
    expect(first).not.toBe(second);
    expect(first).toMatch(/^scrypt\$16384\$8\$5\$[\w-]{22}\$[\w-]{43}$/);
    expect(first).not.toContain("horse");
  });

  it("is the same for a password that another keyboard spells in other bytes", async () => {
    const hash = await hashPassword("caf\u00e9 au lait");
    expect(await verifyPassword("cafe\u0301 au lait", hash)).toBe(true);
    expect(await verifyPassword("cafe au lait", hash)).toBe(false);
  });

  it("made with other costs verifies, too: they may grow", async () => {
    // Made by node:crypto with N=1024, r=8, p=1 of "correct horse" and a salt of 16 zero bytes.
    const { scryptSync } = await import("node:crypto");
    const salt = Buffer.alloc(16);
    const key = scryptSync("correct horse", salt, 32, { N: 1024, r: 8, p: 1 });
    const hash = `scrypt$1024$8$1$${salt.toString("base64url")}$${key.toString("base64url")}`;
    expect(await verifyPassword("correct horse", hash)).toBe(true);
    expect(await verifyPassword("correct-horse", hash)).toBe(false);
  });

  it("of the smallest cost that scrypt knows is one like any other", async () => {
    expect(await verifyPassword("correct horse", `scrypt$2$8$5$${salt}$${key}`)).toBe(false);
    expect(await verifyPassword("correct horse", `scrypt$2$1$99$${salt}$${key}`)).toBe(false);
  });

  const salt = "A".repeat(22);
  const key = "A".repeat(43);
  const corrupt = [
    "",
    "scrypt",
    "plain text",
    `bcrypt$16384$8$5$${salt}$${key}`,
    `scrypt$16384$8$5$${salt}$`,
  ];
  it.each([
    ...corrupt,
    `scrypt$1000$8$5$${salt}$${key}`,
    `scrypt$0$0$0$${salt}$${key}`,
    `scrypt$3$999$999$${salt}$${key}`,
  ])("that is none, %s, verifies nothing and does not throw", async (hash) => {
    expect(await verifyPassword("correct horse", hash)).toBe(false);
  });
});

it("for a user that does not exist takes the same work as for one that does", async () => {
  const hash = await hashPassword("correct horse");
  const cpuOf = async (passwordHash: string | null) => {
    const before = process.cpuUsage();
    for (let time = 0; time < 3; time++) await verifyPassword("wrong horse", passwordHash);
    return process.cpuUsage(before).user;
  };
  await cpuOf(null);
  const [known, unknown] = [await cpuOf(hash), await cpuOf(null)];
  expect(await verifyPassword("", null)).toBe(false);
  expect(unknown / known).toBeGreaterThan(0.5);
  expect(unknown / known).toBeLessThan(2);
});

it("leaves a core to everything else, and never takes more than two", () => {
  expect([1, 2, 3, 4, 64].map(hashesAtOnce)).toEqual([1, 1, 2, 2, 2]);
});
