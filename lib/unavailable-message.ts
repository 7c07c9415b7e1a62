/** What people read in an outage, the same on every page. */
export const unavailableMessage = {
  title: "We cannot reach your session just now",
  text: "Nothing is lost: your session is safe in Redis, and your browser still holds its key. Please try again in a moment.",
} as const;
