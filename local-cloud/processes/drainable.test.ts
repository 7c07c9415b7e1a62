import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { drainable } from "./drainable";
import { listen } from "./listen";
import { poll } from "./poll";

async function startServer() {
  const open: ServerResponse[] = [];
  const server = createServer((_, response) => open.push(response));
  const close = drainable(server);
  const port = await listen(server, 0);
  return { open, close, port, url: `http://127.0.0.1:${port}` };
}

test("an open request is answered before the server has closed, on a connection kept alive", async () => {
  const { open, close, url } = await startServer();
  const answer = fetch(url);
  await poll("the request to arrive", () => open.length === 1);
  const closed = close(10_000);
  open[0]?.end("late");
  expect(await (await answer).text()).toBe("late");
  await closed;
});

test("a connection that never carried a request does not hold it up", async () => {
  const { close, port } = await startServer();
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.resume();
  await close(10_000);
});

test("a request that is never answered is cut after the limit", async () => {
  const { open, close, url } = await startServer();
  const answer = fetch(url);
  await poll("the request to arrive", () => open.length === 1);
  await Promise.all([close(50), expect(answer).rejects.toThrow()]);
});
