/** What a handler has to say; JSON and forms are answered from it alike. */
export interface Answer {
  readonly body: unknown;
  /** Of the JSON answer; 200 by default. */
  readonly status?: number;
  readonly setCookie?: string | undefined;
  /** Where a form goes that names no `next`, when that depends on what was done. */
  readonly thenPage?: string | undefined;
}
