// A gateway as one writes it first, and without asking for a token: node naive-gateway.mjs PORT REDIS_URL
import { createServer } from "node:http";
import { createClient } from "redis";

const [port, url] = process.argv.slice(2);
const redis = createClient({ url, RESP: 2 });
await redis.connect();

const run = (command) =>
  redis.sendCommand(command.map(String)).then(
    (result) => ({ result }),
    (error) => ({ error: error.message }),
  );

createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", async () => {
    const body = JSON.parse(Buffer.concat(chunks).toString());
    const answer = request.url === "/pipeline" ? await Promise.all(body.map(run)) : await run(body);
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify(answer));
  });
}).listen(Number(port), "127.0.0.1");
