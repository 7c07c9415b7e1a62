/** The site in words, for whoever lists it, links to it or installs it. */
export const site = {
  name: "Carryover",
  title: "Carryover: what you carry outlives the server",
  description:
    "A shop whose sessions live in Redis and in no server: fill a cart, stop the server that saw you do it, and find everything where you left it.",
} as const;
