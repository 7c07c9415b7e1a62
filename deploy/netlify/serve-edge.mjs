// In Deno: `serve-edge.mjs HANDLER ORIGIN_PORT` runs an edge function, and says on the first line where it listens. What the function
// passes on goes to the origin on this machine.

const [handlerUrl, originPort] = Deno.args;
const { default: handler } = await import(handlerUrl);

/** To the origin, under the path that the function has chosen. */
function passOn(request) {
  const { pathname, search } = new URL(request.url);
  const onward = new Request(`http://127.0.0.1:${originPort}${pathname}${search}`, request);
  // Netlify compresses on its way out, and not here.
  onward.headers.set("accept-encoding", "identity");
  return fetch(onward, { redirect: "manual" });
}

/** As Netlify's servers give it to an edge function. */
const contextOf = (request) => ({
  account: { id: "local" },
  deploy: { id: "local", context: "production", published: true },
  site: { id: "local" },
  geo: {},
  ip: request.headers.get("x-nf-client-connection-ip"),
  requestId: request.headers.get("x-nf-request-id"),
  waitUntil() {},
  next: (changed = request) => passOn(changed),
});

Deno.serve(
  { hostname: "127.0.0.1", port: 0, onListen: ({ port }) => console.log(`${port}`) },
  async (received) => {
    // As the function gets it there: with headers that it may change.
    const request = new Request(received);
    return (await handler(request, contextOf(request))) ?? passOn(request);
  },
);
