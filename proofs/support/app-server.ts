import type { Handler } from "@carryover/session/internal/testing/test-visitor";
import { vi } from "vitest";

/** A server of the app with its route handlers: its own copy of all modules, so its own environment, client and queue. */
export interface AppServer {
  readonly session: Handler;
  readonly cartAdd: Handler;
  readonly views: Handler;
  readonly guest: Handler;
  readonly register: Handler;
  readonly login: Handler;
  readonly logout: Handler;
  readonly password: Handler;
  readonly sessions: Handler;
  readonly accountDelete: Handler;
}

/** Starts a server as a new process would: it reads its environment once, and keeps to it. */
export async function startAppServer(variables: Readonly<Record<string, string>>): Promise<AppServer> {
  vi.resetModules();
  // What all copies of the package in one process share, another process does not have.
  Reflect.deleteProperty(globalThis, Symbol.for("@carryover/session/1"));
  vi.unstubAllEnvs();
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const { readEnv } = await import("@carryover/session/internal/env");
  readEnv();
  const { processState } = await import("@carryover/session/internal/process-state");
  processState();
  const [session, cartAdd, views, guest, register, login, logout, password, sessions, accountDelete] =
    await Promise.all([
      import("@/app/api/session/route"),
      import("@/app/api/cart/add/route"),
      import("@/app/api/session/views/route"),
      import("@/app/api/guest/route"),
      import("@/app/api/register/route"),
      import("@/app/api/login/route"),
      import("@/app/api/logout/route"),
      import("@/app/api/password/route"),
      import("@/app/api/sessions/route"),
      import("@/app/api/account/delete/route"),
    ]);
  return {
    session: session.GET,
    cartAdd: cartAdd.POST,
    views: views.POST,
    guest: guest.POST,
    register: register.POST,
    login: login.POST,
    logout: logout.POST,
    password: password.POST,
    sessions: sessions.GET,
    accountDelete: accountDelete.POST,
  };
}
