import assert from "node:assert/strict";
import type { LocalCloud } from "@/local-cloud/local-cloud";
import { pageFaults } from "./page-faults";
import { type ShopPage, until } from "./shop-page";
import type { Site } from "./sites";
import { freshUserName, handleOn, logIn, register, signInAsGuest, type Visitor } from "./visitor";

export interface Ground {
  readonly browser: string;
  readonly isJavaScriptOn: boolean;
  readonly site: Site;
  readonly cloud: LocalCloud;
  /** Another site, whose page has a link to our profile and a form that adds to our cart. */
  readonly strangerUrl: string;
  newVisitor(): Promise<Visitor>;
  /** Keeps a picture of what the page shows. */
  picture(page: ShopPage, name: string): Promise<void>;
}

export interface Step {
  /** The row of the table. */
  readonly says: string;
  /** The cell of the table, in a few words. Throws where it does not hold. */
  holds(ground: Ground): Promise<string>;
  /** Where it is known not to hold, and why not. */
  readonly exception?: Exception;
}

export interface Exception {
  applies(ground: Ground): boolean;
  /** What the error then says; any other is one. */
  readonly error: RegExp;
  /** The cell of the table. */
  readonly why: string;
}

/**
 * WebKit keeps a page that says `no-store` out of its memory on https alone (BackForwardCache.cpp: "Frame is HTTPS, and cache
 * control prohibits storing"). With scripts, the page loads itself again.
 */
const keptInMemory: Exception = {
  applies: ({ browser, isJavaScriptOn, site }) => browser === "WebKit" && !isJavaScriptOn && !site.isTls,
  error: /there was "Signed in as guest-/,
  why: "no, the page is from memory",
};

const WHO = ["testid", "who"] as const;
const ITEMS = ["testid", "items"] as const;
// Its unit is for screen readers alone, and WebKit's innerText has no space before it.
const oneItem = /^1\s*item$/;
const twoItems = /^2\s*items$/;
const NOBODY = /^No session yet/;

/** What a visitor does in the shop, each with a browser of its own. */
export const journey: readonly Step[] = [
  {
    says: "who changes nothing gets no cookie",
    async holds({ newVisitor }) {
      const { page, cookies } = await newVisitor();
      for (const path of ["/", "/cart", "/login", "/register", "/proof"]) {
        await page.open(path);
        await page.shows(WHO, NOBODY);
      }
      assert.deepEqual(await cookies(), []);
      return "yes";
    },
  },
  {
    says: "shop: a cart and a theme before any sign-in",
    async holds({ newVisitor, isJavaScriptOn }) {
      const { page } = await newVisitor();
      await page.open("/");
      await page.press(["button", "Add Market tote"]);
      await page.shows(ITEMS, oneItem);
      await page.press(["button", "Add Camp lantern"]);
      await page.shows(ITEMS, twoItems);
      await page.press(["button", "Dark"]);
      await until("the dark theme", async () => {
        const theme = String(await page.tab.evaluate("document.documentElement.dataset.theme"));
        return theme === "dark" || theme;
      });
      await page.press(["link", "Cart"]);
      await page.shows(["testid", "total"], /^€81\.00$/);
      const [field] = await page.findAll(["field", "Quantity of Camp lantern"]);
      const [button] = await page.findAll(["button", "Change the quantity of Camp lantern"]);
      assert.equal(field?.y, button?.y, "the quantity and its button are not on one line");
      await page.fill("Quantity of Camp lantern", "3");
      await page.press(["button", "Change the quantity of Camp lantern"]);
      await page.shows(["testid", "total"], /^€165\.00$/);
      await page.press(["button", "Remove Market tote"]);
      await page.shows(["testid", "total"], /^€126\.00$/);
      await changesKept(page);
      await page.tab.reload();
      await page.shows(["testid", "total"], /^€126\.00$/);
      return isJavaScriptOn ? "yes, at once" : "yes, by forms";
    },
  },
  {
    says: "sign in: the cart comes along; the cookie is out of script's sight",
    async holds({ newVisitor, site }) {
      const { page, cookies } = await newVisitor();
      await page.open("/");
      await page.press(["button", "Add Field notebook"]);
      await page.shows(ITEMS, oneItem);
      await register(page, freshUserName());
      await page.shows(ITEMS, oneItem);
      const all = await cookies();
      assert.equal(all.length, 1, `${all.length} cookies`);
      const [cookie] = all;
      const name = site.isTls ? "__Host-session" : "session";
      assert.deepEqual([cookie?.name, cookie?.httpOnly, cookie?.secure], [name, true, site.isTls]);
      assert.match(cookie?.sameSite ?? "", /^lax$/i);
      assert.equal(await page.tab.evaluate("document.cookie"), "");
      return site.isTls ? "yes; `__Host-`, Secure" : "yes; not Secure";
    },
  },
  {
    says: "every server answers with the same session",
    async holds({ newVisitor, cloud }) {
      const { page } = await newVisitor();
      await signInAsGuest(page);
      const handle = await handleOn(page);
      const servers = new Set<string>();
      await until("an answer of each server", async () => {
        await page.tab.reload();
        assert.equal(await handleOn(page), handle);
        const [name] = await page.findAll(["testid", "server-name"]);
        servers.add(name?.text ?? "");
        return servers.size === cloud.instances.all.length || [...servers].join();
      });
      return "yes";
    },
  },
  {
    says: "a wrong password: the words, and the keyboard in the field",
    async holds({ newVisitor }) {
      const { page } = await newVisitor();
      await page.open("/login");
      await page.fill("User name", freshUserName());
      await page.fill("Password", "not the password");
      await page.press(["button", "Log in"]);
      await page.isAt(/^\/login\?error=bad-credentials&field=password/);
      await until("the keyboard in the password's field", async () => {
        const [field] = await page.findAll(["field", "Password"]);
        return field?.hasFocus || "it is elsewhere";
      });
      assert.match(await page.html(), /user name or the password is wrong/);
      return "yes";
    },
  },
  {
    says: "devices: both are listed, and one ends the other",
    async holds({ browser, newVisitor, picture }) {
      const user = freshUserName();
      const { page } = await newVisitor();
      const { page: other } = await newVisitor();
      await register(page, user);
      await logIn(other, user);
      await page.press(["link", "Devices"]);
      await page.isAt("/sessions");
      let called = "";
      await until("both devices", async () => {
        const devices = await page.findAll(["testid", "device"]);
        called = devices[0]?.text.split(" session ", 1)[0] ?? "";
        return devices.length === 2 || `${devices.length}`;
      });
      await picture(page, "devices");
      await page.press(["button", "End all others"]);
      await until("the other to be gone from the list", async () => {
        const { length } = await page.findAll(["testid", "device"]);
        return length === 1 || `${length}`;
      });
      await other.press(["link", "Cart"]);
      await other.shows(WHO, NOBODY);
      await other.open("/profile");
      await other.isAt("/login?next=%2Fprofile");
      assert.match(
        called,
        { Chromium: /^Chrome/, Firefox: /^Firefox/, WebKit: /^Safari|WebKit/ }[browser] ?? /^$/,
      );
      return `yes; "${called}"`;
    },
  },
  {
    says: "two tabs: one follows the other",
    async holds({ newVisitor, isJavaScriptOn }) {
      const { page, newPage } = await newVisitor();
      await signInAsGuest(page);
      await page.open("/cart");
      const other = await newPage();
      await other.open("/");
      await other.press(["button", "Add Camp lantern"]);
      await other.shows(ITEMS, oneItem);
      if (!isJavaScriptOn) await page.tab.reload();
      await page.shows(["testid", "total"], /^€42\.00$/);
      await other.press(["button", "Log out"]);
      await other.shows(WHO, NOBODY);
      if (isJavaScriptOn) {
        await page.shows(["testid", "session-over"], /^Your session has ended/);
        await page.press(["link", "Log in again"]);
        await page.isAt("/login?next=%2Fcart");
        return "yes, at once";
      }
      await page.press(["link", "Profile"]);
      await page.isAt("/login?next=%2Fprofile");
      return "yes, when it asks";
    },
  },
  {
    says: "time-out: the page says it has ended, and leads to the sign-in",
    async holds({ newVisitor, isJavaScriptOn, picture }) {
      const { page, newPage } = await newVisitor();
      await signInAsGuest(page, 8);
      if (isJavaScriptOn) {
        await page.shows(WHO, / · has ended$/);
        await page.shows(["testid", "session-over"], /^Your session has ended/);
        await picture(page, "session-over");
        await page.press(["link", "Log in again"]);
        await page.isAt("/login?next=%2Fprofile");
        return "yes, by itself";
      }
      const other = await newPage();
      await until("the session's end", async () => {
        // A peek does not renew it.
        await other.open("/api/session?peek=1");
        const answer = String(await other.tab.evaluate("document.body.innerText"));
        return answer.includes('"session":null') || answer;
      });
      await page.press(["button", "Count a view"]);
      await page.isAt("/login?next=%2Fprofile&error=no-session");
      await page.shows(["alert", ""], /it has ended/);
      return "yes, when it asks";
    },
  },
  {
    says: "a double click without scripts is one change, with them two",
    async holds({ newVisitor, isJavaScriptOn }) {
      const { page } = await newVisitor();
      await signInAsGuest(page);
      await page.open("/");
      if (isJavaScriptOn) await scriptsAtWork(page);
      await page.press(["button", "Add Market tote"], 2);
      const items = isJavaScriptOn ? twoItems : oneItem;
      await page.shows(ITEMS, items);
      await changesKept(page);
      await page.tab.reload();
      await page.shows(ITEMS, items);
      return "yes";
    },
  },
  {
    says: "another site: its link finds one signed in, its form changes nothing",
    async holds({ newVisitor, strangerUrl }) {
      const { page } = await newVisitor();
      await signInAsGuest(page);
      const handle = await handleOn(page);
      await page.tab.open(strangerUrl);
      await page.press(["button", "Win"]);
      // Firefox shows a page of its own, whose address holds ours, in place of an error that is not HTML.
      await page.isAt(/\/api\/cart\/add/);
      const refusal = String(await page.tab.evaluate("document.body.innerText"));
      await page.tab.open(strangerUrl);
      await page.press(["link", "Your profile"]);
      await page.isAt("/profile");
      assert.equal(await handleOn(page), handle);
      await page.shows(ITEMS, null);
      return refusal.includes("cross-site") ? "yes" : "yes; the browser shows an error page of its own";
    },
  },
  {
    says: "an outage of Redis is no log-out",
    async holds({ newVisitor, cloud, picture }) {
      const { page, cookies } = await newVisitor();
      await signInAsGuest(page);
      const handle = await handleOn(page);
      await cloud.service.gateway?.stop();
      try {
        await page.open("/cart");
        await page.shows(["heading", "We cannot reach your session"], /just now/);
        assert.equal((await cookies()).length, 1);
        await picture(page, "outage");
      } finally {
        await cloud.service.gateway?.start();
      }
      await page.open("/cart");
      assert.equal(await handleOn(page), handle);
      return "yes";
    },
  },
  {
    says: "Back, signed in: with scripts the cart as it is now",
    async holds({ newVisitor, isJavaScriptOn }) {
      const { page } = await newVisitor();
      await page.open("/");
      await page.press(["button", "Add Market tote"]);
      await page.shows(["button", "Add Market tote"], /^Add to cart\s*1$/);
      await changesKept(page);
      const isFromMemory = await mark(page);
      await page.press(["link", "Cart"]);
      await page.press(["button", "Remove Market tote"]);
      await page.shows(ITEMS, null);
      await changesKept(page);
      await goBackTo(page, /^\/(#tote)?$/);
      // A page without scripts cannot tell that it is an old one.
      if (!isJavaScriptOn && (await isFromMemory())) return "the page as it was";
      await page.shows(["button", "Add Market tote"], /^Add to cart$/);
      return "yes, asked anew";
    },
  },
  {
    says: "Back after the log-out shows nothing of the session",
    exception: keptInMemory,
    async holds({ newVisitor }) {
      const fromMemory: string[] = [];
      for (const path of ["/cart", "/profile", "/sessions", "/proof"]) {
        const { page } = await newVisitor();
        await signInAsGuest(page);
        if (path !== "/profile") await page.open(path);
        await page.shows(WHO, /guest-/);
        const isFromMemory = await mark(page);
        await page.press(["button", "Log out"]);
        await page.isAt("/");
        await page.shows(WHO, NOBODY);
        await goBackTo(page, /^\/(cart|proof|login\?next=%2F(profile|sessions)|profile|sessions)$/);
        if (await isFromMemory()) fromMemory.push(path);
        await page.shows(WHO, NOBODY);
        assert.doesNotMatch(await page.html(), /guest-[0-9a-z]/);
      }
      return fromMemory.length > 0 ? `yes; from memory: ${fromMemory.join(" ")}` : "yes, asked anew";
    },
  },
  {
    says: "every page at 1280, 375 and 320 px: nothing cut off, every picture there",
    async holds({ newVisitor, picture }) {
      const { page } = await newVisitor();
      await page.open("/");
      await page.press(["button", "Add Market tote"]);
      await page.shows(ITEMS, oneItem);
      const faults: string[] = [];
      const checkForms = async (paths: readonly string[]) => {
        for (const path of paths) {
          await page.open(path);
          await page.shows(["testid", "server-name"], /./);
          faults.push(...(await pageFaults(page, path)));
          await picture(page, path.slice(1) || "shop");
        }
      };
      await checkForms(["/login", "/register", "/nothing-here"]);
      await signInAsGuest(page);
      await checkForms(["/", "/cart", "/profile", "/sessions", "/proof"]);
      assert.equal(faults.join("; "), "");
      return "yes";
    },
  },
];

/** Waits until the server has confirmed what the page shows of the cart already; without scripts it shows nothing before. */
async function changesKept({ tab }: ShopPage): Promise<void> {
  await until("the change to be kept", async () => {
    const isBusy = await tab.evaluate("document.querySelector('[data-testid=cart-status]').ariaBusy");
    return isBusy !== "true" || "busy";
  });
}

/** Until React has taken the page over, its forms are sent as they are without scripts. */
async function scriptsAtWork({ tab }: ShopPage): Promise<void> {
  const status = "document.querySelector('[data-testid=cart-status]')";
  await until("scripts at work", async () => {
    const isTakenOver = await tab.evaluate(`Object.keys(${status}).some((key) => key.startsWith("__react"))`);
    return isTakenOver === true || "none";
  });
}

/** Marks the page as it is. @returns whether the page that is shown later is that very one, out of the browser's memory */
async function mark({ tab }: ShopPage): Promise<() => Promise<boolean>> {
  await tab.evaluate("document.documentElement.lang = 'x-marked'");
  return async () => (await tab.evaluate("document.documentElement.lang")) === "x-marked";
}

/** Each form that was sent without scripts may be a page more to go back. */
async function goBackTo(page: ShopPage, path: RegExp): Promise<void> {
  const { tab } = page;
  const most = 3;
  for (let each = 0; each < most && (each === 0 || !path.test(await page.path())); each++) {
    await tab.evaluate("document.documentElement.title = 'left'");
    await tab.back();
    await until("the page before", async () => {
      const title = await tab.evaluate("document.documentElement.title");
      return title !== "left" || "the same page";
    });
  }
  await page.isAt(path);
}
