/** The page `/` at a path that the middleware leaves alone: it opens its session itself. */
export { default } from "@/app/page";
