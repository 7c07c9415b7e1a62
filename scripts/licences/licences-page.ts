import { readFileSync } from "node:fs";

export const PAGE = "docs/licences.md";

interface Package {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
}

interface Lockfile {
  readonly packages: Readonly<
    Record<
      string,
      {
        readonly version?: string;
        readonly license?: string;
        readonly dev?: boolean;
        readonly link?: boolean;
      }
    >
  >;
}

/** The packages of others in the lockfile that are not for development alone, for whatever system, by name. */
export function productionPackages(): Package[] {
  const { packages }: Lockfile = JSON.parse(readFileSync("package-lock.json", "utf8"));
  return Object.entries(packages)
    .filter(([path, { dev, link }]) => path.startsWith("node_modules/") && !dev && !link)
    .map(([path, { version = "", license = "none" }]) => ({
      name: path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length),
      version,
      licence: license,
    }))
    .sort((one, other) => (one.name + one.version < other.name + other.version ? -1 : 1));
}

/** The same text each time, from the lockfile alone. */
export function licencesPage(): string {
  const rows = productionPackages().map(
    ({ name, version, licence }) => `| \`${name}\` | ${version} | ${licence} |`,
  );
  return `# Licences of what is installed for production

Written by \`npm run licences\` from \`package-lock.json\`; a test holds the list to what is allowed. Carryover itself is under the [MIT licence](../LICENSE).

- Packages of \`@img/\` are Next's optional ones for its image service, which is switched off here; libvips (LGPL) is in them as a library of its own that is
  loaded, not linked in.
- \`caniuse-lite\` is data (CC BY 4.0), read while building.
- The list of common passwords in \`lib/account/common-passwords.ts\` is from \`@zxcvbn-ts/language-common\` (MIT).

| package | version | licence |
|---|---|---|
${rows.join("\n")}
`;
}
