// One function in its process, as Vercel's Node runtime has it: its launcher exports a handler of requests.
import { createServer } from "node:http";
import { createRequire } from "node:module";

process.on("disconnect", () => process.exit(0));
const handler = createRequire(import.meta.url)(process.argv[2]);
const server = createServer(handler);
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
