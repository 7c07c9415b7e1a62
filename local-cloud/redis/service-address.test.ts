import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { keepServiceAddress, readServiceAddress } from "./service-address";

test("the address is there for this user while the service runs, and gone afterwards", () => {
  const folder = mkdtempSync(join(tmpdir(), "service-address-test-"));
  const address = { UPSTASH_REDIS_REST_URL: "http://127.0.0.1:1", UPSTASH_REDIS_REST_TOKEN: "t" };
  expect(readServiceAddress(folder)).toBeNull();
  const forget = keepServiceAddress(folder, address);
  expect(readServiceAddress(folder)).toEqual(address);
  expect(statSync(join(folder, "service.json")).mode & 0o777).toBe(0o600);
  forget();
  expect(readServiceAddress(folder)).toBeNull();
  rmSync(folder, { recursive: true });
});
