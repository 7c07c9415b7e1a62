/** @type {import("next").NextConfig} */
export default {
  poweredByHeader: false,
  // The project's own folder is the root, wherever it is cloned: a lockfile further up must not move it.
  turbopack: { root: import.meta.dirname },
  outputFileTracingRoot: import.meta.dirname,
};
