import assert from "node:assert/strict";
import type { Cookie, Device } from "./drivers/browser-driver";
import { type ShopPage, shopPage } from "./shop-page";

/** Somebody with a browser of their own, and the shop in its first tab. */
export interface Visitor {
  readonly page: ShopPage;
  /** Another tab of the same browser. */
  newPage(): Promise<ShopPage>;
  cookies(): Promise<readonly Cookie[]>;
}

export const PASSWORD = "correct horse battery";
const DESKTOP = { width: 1280, height: 900 };
let users = 0;

export async function visitorOf(device: Device, origin: string): Promise<Visitor> {
  async function newPage(): Promise<ShopPage> {
    const tab = await device.newTab();
    await tab.resize(DESKTOP.width, DESKTOP.height);
    return shopPage(tab, origin);
  }
  return { page: await newPage(), newPage, cookies: () => device.cookies() };
}

/** A user name that nobody has yet. */
export function freshUserName(): string {
  users += 1;
  return `user-${Date.now().toString(36)}-${users}`;
}

export async function register(page: ShopPage, user: string): Promise<void> {
  await page.open("/register");
  await page.fill("User name", user);
  await page.fill("Password", PASSWORD);
  await page.press(["button", "Create my account"]);
  await isSignedIn(page, user);
}

export async function logIn(page: ShopPage, user: string): Promise<void> {
  await page.open("/login");
  await page.fill("User name", user);
  await page.fill("Password", PASSWORD);
  await page.press(["button", "Log in"]);
  await isSignedIn(page, user);
}

/** @param idleSeconds of the session; default: the shop's */
export async function signInAsGuest(page: ShopPage, idleSeconds?: number): Promise<void> {
  await page.open("/login");
  if (idleSeconds) await page.fill("or any number of seconds", String(idleSeconds));
  await page.press(["button", "Continue as guest"]);
  await isSignedIn(page, "guest-");
}

async function isSignedIn(page: ShopPage, name: string): Promise<void> {
  await page.isAt("/profile");
  await page.shows(["testid", "who"], new RegExp(`^Signed in as ${name}`));
}

/** The handle of the session that the page shows. */
export async function handleOn(page: ShopPage): Promise<string> {
  await page.shows(["testid", "who"], / · session [0-9a-f]{12} · /);
  const [who] = await page.findAll(["testid", "who"]);
  const handle = / session ([0-9a-f]{12}) /.exec(who?.text ?? "")?.[1];
  assert.ok(handle);
  return handle;
}
