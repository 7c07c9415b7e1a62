import type { Spawn } from "@/local-cloud/processes/owned-process";

/** A tab that is driven from outside: by pointer and keyboard, as a person would. */
export interface Tab {
  /** Resolves when the page is loaded. */
  open(url: string): Promise<void>;
  reload(): Promise<void>;
  /** The browser's Back. */
  back(): Promise<void>;
  address(): Promise<string>;
  /** The value of an expression in the page, which is plain data. It works where the page's own scripts are switched off, too. */
  evaluate(expression: string): Promise<unknown>;
  /** Presses the left button at this place of what is shown (px), so many times in a row. */
  click(x: number, y: number, times: number): Promise<void>;
  /** Into whatever has the focus. */
  type(text: string): Promise<void>;
  /** @param width @param height of the page as it is shown (px) */
  resize(width: number, height: number): Promise<void>;
  /** What is shown, as PNG. */
  picture(): Promise<Uint8Array>;
}

export interface Cookie {
  readonly name: string;
  readonly httpOnly: boolean;
  readonly secure: boolean;
  readonly sameSite: string;
  /** Seconds since 1970; absent or negative: it ends with the browser. */
  readonly expires?: number;
}

/** A browser's profile: tabs of one device share its cookies, no two devices do. */
export interface Device {
  newTab(): Promise<Tab>;
  /** Of the sites that its tabs show. */
  cookies(): Promise<readonly Cookie[]>;
  close(): Promise<void>;
}

export interface BrowserDriver {
  /** Such as `Firefox 153.8`. */
  readonly version: string;
  newDevice(): Promise<Device>;
  close(): Promise<void>;
}

export interface LaunchOptions {
  /** The browser's program. */
  readonly program: string;
  /** Whether pages may run scripts. */
  readonly isJavaScriptOn: boolean;
  /** For its files; removed by the caller. */
  readonly folder: string;
  readonly spawn: Spawn;
}
