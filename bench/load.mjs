// One burst of requests, in a process of its own: node load.mjs ORDER.json prints what came of it as JSON.
import { createHmac, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import autocannon from "autocannon";

const order = JSON.parse(readFileSync(process.argv[2], "utf8"));
const { url, connections, seconds, amount, cookie, forge } = order;

/** The same seal with another end: a MAC that nobody made, and no two alike. */
function forged() {
  const mac = createHmac("sha256", "nobody").update(randomBytes(16)).digest("base64url");
  return cookie.replace(/[\w-]{43}(~\d)$/, `${mac}$1`);
}

/** Each request in turn, the same ones over every connection. */
function inTurn() {
  if (forge) return [{ setupRequest: (request) => ({ ...request, headers: { cookie: forged() } }) }];
  return order.requests?.map(({ path, cookie }) => ({ path, headers: cookie ? { cookie } : {} }));
}

const requests = inTurn();
const result = await autocannon({
  url,
  connections,
  ...(amount ? { amount } : { duration: seconds }),
  ...(cookie && !forge && { headers: { cookie } }),
  ...(requests && { requests }),
  ...(order.post && { method: "POST", ...order.post }),
});
console.log(
  JSON.stringify({
    answers: result.requests.total,
    perSecond: result.requests.average,
    failed: result.non2xx + result.errors,
  }),
);
