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

// Next writes the head of a page another way for whoever does not say what it is: every browser does.
const agent = { "user-agent": "Mozilla/5.0 (X11; Linux x86_64) autocannon" };
const headersOf = (cookie) => ({ ...agent, ...(cookie && { cookie }) });
const requests = order.requests?.map(({ path, cookie }) => ({ path, headers: headersOf(cookie) }));
let clients = 0;

/** Each connection has a share of the requests, and sends them in turn: together they send all of them. */
function share(client) {
  const own = clients++;
  client.setRequests(requests.filter((_, at) => at % connections === own));
}

const result = await autocannon({
  url,
  connections,
  ...(amount ? { amount } : { duration: seconds }),
  headers: headersOf(forge ? "" : cookie),
  ...(forge && {
    requests: [{ setupRequest: (request) => ({ ...request, headers: headersOf(forged()) }) }],
  }),
  ...(requests && { setupClient: share }),
  ...(order.post && { method: "POST", ...order.post, headers: { ...agent, ...order.post.headers } }),
});
console.log(
  JSON.stringify({
    answers: result.requests.total,
    perSecond: result.requests.average,
    failed: result.non2xx + result.errors,
  }),
);
