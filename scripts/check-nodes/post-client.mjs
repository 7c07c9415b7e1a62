// A client on whichever program runs it: node post-client.mjs URL COOKIE KEY, without a key where that is empty.
// Puts one item in a cart, on a connection that has served before, and says what it was answered.

const [url, cookie, key] = process.argv.slice(2);
await (await fetch(`${url}/api/health`)).text();
const headers = { cookie, "content-type": "application/json", ...(key && { "idempotency-key": key }) };
const add = { method: "POST", headers, body: JSON.stringify({ sku: "tote" }) };
const answer = await fetch(`${url}/api/cart/add`, add).catch(({ message }) => ({ status: message }));
console.log(answer.status);
process.exit(0);
