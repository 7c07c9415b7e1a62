// An identity provider for this machine: any name signs in, with any password. Its pages are those that oidc-provider
// brings for development. It keeps everything in memory.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const { OPENID_ISSUER, OPENID_CLIENT_ID, OPENID_CLIENT_SECRET, APP_ORIGIN } = process.env;

const provider = new Provider(OPENID_ISSUER, {
  clients: [
    {
      client_id: OPENID_CLIENT_ID,
      client_secret: OPENID_CLIENT_SECRET,
      redirect_uris: [`${APP_ORIGIN}/api/callback`],
      post_logout_redirect_uris: [`${APP_ORIGIN}/`],
    },
  ],
  cookies: { keys: [OPENID_CLIENT_SECRET] },
  claims: { openid: ["sub"], profile: ["name"] },
  // Claims of a scope are in the ID token too, so that the app needs no second request for the name.
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId, name: accountId }) }),
});

const { hostname, port } = new URL(OPENID_ISSUER);
const server = createServer(provider.callback()).listen(Number(port), hostname);
process.on("SIGTERM", () => server.close(() => process.exit(0)).closeAllConnections());
