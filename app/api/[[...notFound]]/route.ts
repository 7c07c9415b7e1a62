/** Answers 404 for paths without a handler, and, by a rewrite in next.config.mjs, for missing files. */
export { notFound as GET, notFound as POST } from "@/lib/not-found";
