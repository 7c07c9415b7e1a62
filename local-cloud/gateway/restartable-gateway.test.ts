import { expect, test } from "vitest";
import { startRestartableGateway } from "./restartable-gateway";

test("a stop during a start is the last word, and the next start has the port again", async () => {
  const gateway = await startRestartableGateway({
    port: 0,
    token: "token",
    redisUrl: "redis://127.0.0.1:9",
    say: () => {},
  });
  const { url } = gateway.status;
  await Promise.all([gateway.stop(), gateway.start(), gateway.stop()]);
  expect(gateway.status.state).toBe("stopped");
  await expect(fetch(url)).rejects.toThrow();
  await Promise.all([gateway.start(), gateway.start()]);
  expect((await fetch(url, { method: "POST" })).status).toBe(401);
  await gateway.stop();
});
