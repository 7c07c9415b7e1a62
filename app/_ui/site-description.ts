/** What search results, links and home screens say of the site. */
export const site = {
  name: "Carryover",
  title: "Carryover: what you carry outlives the server",
  description:
    "A shop whose sessions live in Redis and in no server: fill a cart, stop the server that saw you do it, and find everything where you left it.",
  /** What the picture of the site shows. */
  pictureText:
    "Stop a server, keep the cart: one session, answered by three servers, one of them stopped, kept in Redis.",
} as const;

/** Of a page, as it stands in its head. */
export const titleOf = (page: string) => `${page} · ${site.name}`;
