import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { startTestGateway, type TestGateway } from "../../../local-cloud/gateway/test-gateway.ts";
import { poll } from "../../../local-cloud/processes/poll.ts";
import { type RestGateway, startRestGateway } from "./rest-gateway.ts";

// No request is ever answered with the reply to another one, whatever Redis or the network does.

// Hundreds of requests each: seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const TOKEN = "token";
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (let close = closers.pop(); close; close = closers.pop()) await close();
});

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port }: AddressInfo = Object(server.address());
  return port;
}

async function startGatewayBefore(port: number): Promise<RestGateway> {
  const gateway = await startRestGateway({ port: 0, token: TOKEN, redisUrl: `redis://127.0.0.1:${port}` });
  closers.push(() => gateway.close());
  return gateway;
}

async function ask(url: string, command: readonly string[], token = TOKEN) {
  const response = await fetch(url, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}` },
    body: JSON.stringify(command),
    signal: AbortSignal.timeout(30_000),
  });
  return { status: response.status, body: await response.json() };
}

/** The commands of a chunk that holds whole ones only: arrays of bulk strings without line breaks. */
function readCommands(chunk: Buffer): string[][] {
  const lines = chunk.toString().split("\r\n");
  const commands: string[][] = [];
  for (let at = 0; lines[at]?.startsWith("*"); ) {
    const count = Number(lines[at]?.slice(1));
    commands.push(Array.from({ length: count }, (_, i) => lines[at + 2 + 2 * i] ?? ""));
    at += 1 + 2 * count;
  }
  return commands;
}

/** A server that echoes as Redis does, but for what `replyOf` has another reply to. */
async function startStub(replyOf: (command: string[]) => string | undefined): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      const replies = readCommands(chunk).map((command) => {
        const [name = "", text = ""] = command;
        if (name.toUpperCase() !== "ECHO") return replyOf(command) ?? "+OK\r\n";
        return replyOf(command) ?? `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
      });
      socket.write(replies.join(""));
    });
  });
  const port = await listen(server);
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return port;
}

test.each([
  ["of a type that does not exist", "x\r\n"],
  ["with more items than an array can have", "*99999999999\r\n"],
])("after a reply %s, what waits is refused and no later answer is another's", async (_, reply) => {
  let isFaulty = true;
  const port = await startStub(([, text]) => (text === "bad" && isFaulty ? reply : undefined));
  const { url } = await startGatewayBefore(port);
  const texts = Array.from({ length: 300 }, (_, i) => (i % 60 === 30 ? "bad" : `text ${i}`));
  const answers = await Promise.all(
    texts.map(async (text) => ({ text, ...(await ask(url, ["ECHO", text])) })),
  );
  expect(
    answers.filter(({ text, body }) => text !== "bad" && "result" in body && body.result !== text),
  ).toEqual([]);
  expect(answers.map(({ status }) => status).filter((status) => status !== 200 && status !== 503)).toEqual(
    [],
  );
  isFaulty = false;
  await poll("the gateway to have another connection", async () => {
    const { status } = await ask(url, ["ECHO", "again"]);
    return status === 200;
  });
  for (let i = 0; i < 50; i++) {
    expect(await ask(url, ["ECHO", `later ${i}`])).toEqual({ status: 200, body: { result: `later ${i}` } });
  }
});

/** Forwards to Redis. `cutAfter`: so many bytes of its replies more, wherever they end, and then all connections are cut. */
async function startCuttableWay(redisPort: number): Promise<{ port: number; cutAfter(bytes: number): void }> {
  const sockets = new Set<Socket>();
  let bytesLeft = Number.POSITIVE_INFINITY;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
    bytesLeft = Number.POSITIVE_INFINITY;
  };
  const server = createServer((near) => {
    const far = connect(redisPort, "127.0.0.1");
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far);
    far.on("data", (chunk) => {
      const passed = chunk.subarray(0, bytesLeft);
      bytesLeft -= passed.length;
      near.write(passed, () => bytesLeft === 0 && cut());
    });
  });
  const port = await listen(server);
  closers.push(async () => {
    cut();
    await new Promise((resolve) => server.close(resolve));
  });
  return { port, cutAfter: (bytes) => (bytesLeft = bytes) };
}

test("while connections are cut no answer is another's, and each is the command's own or a 503", async () => {
  const service: TestGateway = await startTestGateway();
  closers.push(() => service.stop());
  const way = await startCuttableWay(service.redis.port);
  const { url } = await startGatewayBefore(way.port);
  const counts = { mismatches: 0, answered: 0, refused: 0, others: 0 };
  let sent = 0;
  const askOn = async () => {
    const text = `text ${sent++}`;
    const { status, body } = await ask(url, ["ECHO", text]);
    if (status === 503) counts.refused++;
    else if (status !== 200) counts.others++;
    else if (body.result === text) counts.answered++;
    else counts.mismatches++;
  };
  for (let round = 0; round < 15; round++) {
    way.cutAfter(1 + 37 * round); // Each reply has at least 12 bytes: 50 of them are never all passed.
    await Promise.all(Array.from({ length: 50 }, askOn));
    await poll(
      "the gateway to have another connection",
      async () => (await ask(url, ["PING"])).status === 200,
    );
  }
  expect(counts).toMatchObject({ mismatches: 0, others: 0 });
  expect(counts.answered).toBeGreaterThan(0);
  expect(counts.refused).toBeGreaterThan(15);
});

test("after a message that cannot be decoded a stream goes on by another connection, and the first one is ended", async () => {
  const subscribed: Socket[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      for (const [name = ""] of readCommands(chunk)) {
        if (name.toUpperCase() !== "SUBSCRIBE") socket.write("+OK\r\n");
        else {
          subscribed.push(socket);
          socket.write("*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n");
        }
      }
    });
  });
  const { url } = await startGatewayBefore(await listen(server));
  const reader = new AbortController();
  const response = await fetch(`${url}/subscribe/news?_token=${TOKEN}`, { signal: reader.signal });
  let got = "";
  const read = (async () => {
    for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) got += text;
  })().catch(() => {});
  subscribed[0]?.write("x\r\n");
  await poll("another subscription", () => subscribed.length > 1);
  await poll("the first one to be ended", () => subscribed[0]?.destroyed === true);
  subscribed[1]?.write("*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$2\r\nhi\r\n");
  await poll("the message", () => got.includes("message,news,hi"));
  for (const socket of subscribed) socket.destroy();
  server.close();
  reader.abort();
  await read;
});
