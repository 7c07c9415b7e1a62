import type { Command } from "@/local-cloud/processes/owned-process";

/** Something that is shipped to a host, with its size as the host counts it. */
export type Weight = {
  readonly what: string;
  readonly bytes: number;
  readonly isCompressed: boolean;
  /** What we allow ourselves. */
  readonly limitBytes?: number;
};

export type Start = {
  readonly command: Command;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
};

export type ServeOptions = {
  /** On localhost. */
  readonly port: number;
  /** What the app gets. */
  readonly env: Readonly<Record<string, string>>;
};

/** Runs a program to its end in the copy of the project, with the host's tools on its path. Throws where it fails. */
export type RunTool = (command: Command, env?: Readonly<Record<string, string>>) => Promise<void>;

/** A host that the app is built for, with the nearest to it that runs on this machine. `project`: its copy of the project. */
export type Host = {
  /** On command lines, in names of folders, and the server's own name. */
  readonly name: string;
  /** For people. */
  readonly label: string;
  /** The folder in deploy/ with the host's tools, in a package of their own. */
  readonly tools?: string;
  /** The folder in deploy/ whose `npm run lint` checks the host's own files; neither building nor serving needs it. */
  readonly linter?: string;
  /** Files and folders besides the project's own sources that a build reads. */
  readonly reads?: readonly string[];
  /** How long a whole build may take is the caller's affair. */
  build(project: string, run: RunTool): Promise<void>;
  /** How to serve what was built. */
  serve(project: string, options: ServeOptions): Start;
  /** How much of a processor's time a start may take, from the process to the first answer. */
  readonly startLimitSeconds?: number;
  /** Whether what is shipped holds OpenTelemetry's SDK, which no bundler follows (docs/decisions/0015-audit-and-traces.md). */
  readonly shipsTracing?: boolean;
  /** Whether it is a server that proxies keep connections to, and so must keep them longer than they do. */
  readonly outlivesProxies?: boolean;
  /** Whether it drops the status that a middleware gives with a rewrite: a page that says 503 is 200 there. */
  readonly dropsRewriteStatus?: boolean;
  /** Everything that leaves this machine: files and folders. */
  shipped(project: string): readonly string[];
  weigh(project: string): Promise<readonly Weight[]>;
};

export const KIB = 1024;
export const MIB = 1024 * KIB;
