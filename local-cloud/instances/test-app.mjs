// For tests: the smallest server that stands for an instance of the app. argv: its port
import { createServer } from "node:http";

const startedAt = new Date().toISOString();
const name = process.env.INSTANCE_NAME;
const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? "/", "http://test-app");
  if (pathname === "/api/env") response.end(JSON.stringify(process.env));
  else if (pathname === "/api/slow") setTimeout(() => response.end(name), 300);
  else response.end(JSON.stringify({ status: "ok", servedBy: name, startedAt }));
});
server.listen(Number(process.argv[2]), "127.0.0.1");
process.on("SIGTERM", () => server.close(() => process.exit(143)));
