// One burst of requests, in a process of its own: node load.mjs '{"url":…}' prints what came of it as JSON.
import { createHmac, randomBytes } from "node:crypto";
import autocannon from "autocannon";

const { url, connections, seconds, cookie, forge } = JSON.parse(process.argv[2]);

/** The same seal with another end: a MAC that nobody made, and no two alike. */
function forged() {
  const mac = createHmac("sha256", "nobody").update(randomBytes(16)).digest("base64url");
  return cookie.replace(/[\w-]{43}(~\d)$/, `${mac}$1`);
}

const setupRequest = (request) => ({ ...request, headers: { cookie: forged() } });
const { requests, non2xx, errors } = await autocannon({
  url,
  connections,
  duration: seconds,
  ...(cookie && !forge && { headers: { cookie } }),
  ...(forge && { requests: [{ setupRequest }] }),
});
console.log(
  JSON.stringify({
    answers: requests.total,
    perSecond: requests.average,
    failed: non2xx + errors,
  }),
);
