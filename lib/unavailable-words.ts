/** The words of an outage, the same wherever they are said. */
export const unavailableWords = {
  title: "We cannot reach your session just now",
  text: "Nothing is lost: your session is safe in Redis, and your browser still holds its key. Please try again in a moment.",
} as const;
