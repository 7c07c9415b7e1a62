/** What is audited, each in Lighthouse's mobile profile. */
export interface AuditedPage {
  readonly path: string;
  readonly signedIn: boolean;
  /** The lowest performance that passes. */
  readonly performance: number;
  /** Behind the sign-in, and so not for search engines: the audit that asks for the opposite is left out. */
  readonly isUnlisted: boolean;
  /** JavaScript over Next's own, gzipped, in KB. */
  readonly javascriptKb: number;
}

const usual: Omit<AuditedPage, "path"> = {
  signedIn: false,
  performance: 95,
  isUnlisted: false,
  javascriptKb: 20,
};

export const auditedPages: readonly AuditedPage[] = [
  { ...usual, path: "/" },
  { ...usual, path: "/login" },
  { ...usual, path: "/cart", signedIn: true },
  { ...usual, path: "/profile", signedIn: true, isUnlisted: true },
  { ...usual, path: "/proof", signedIn: true, performance: 80, javascriptKb: 60 },
];
