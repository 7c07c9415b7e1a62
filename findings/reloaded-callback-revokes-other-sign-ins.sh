#!/usr/bin/env bash
# A callback that is loaded twice: the OpenID provider revokes the sign-in that worked, a later one, and the consent.
#
# A good guess: a code works once. The second request, of a reload or of a browser that repeats a cut request, gets
#   `invalid_grant`, and at most the tokens that this very code has brought are revoked (RFC 6749, 4.1.2).
# Versions: oidc-provider 9.13.3, openid-client 6.9.0, Node 20.20.2.
# Instead: what is revoked is the grant, which all sign-ins of this browser at this app have in common, and which is
#   the user's consent as well. Tokens of another code die, too, refresh tokens included, `prompt=none` answers
#   `consent_required`, and the user is asked again. The log-in page and the app's own session show nothing of it.
# Output seen:
#   before          first sign-in: works, second: works, refresh: works, silent: works
#   reload of the first callback: invalid_grant
#   after           first sign-in: invalid_token, second: invalid_token, refresh: invalid_grant, silent: consent_required
# Why it matters: minutes after a reload nobody remembers, every call with the access token fails, in both tabs. An app
#   that keeps tokens must not exchange a code twice: it claims the state in its session, in one step, before that.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --ignore-scripts --no-audit --no-fund oidc-provider@9.13.3 openid-client@6.9.0 2>/dev/null

cat > try.mjs <<'JS'
import assert from "node:assert/strict";
import { createServer } from "node:http";
import Provider from "oidc-provider";
import * as client from "openid-client";

const front = createServer();
await new Promise((resolve) => front.listen(0, "127.0.0.1", resolve));
const issuer = `http://127.0.0.1:${front.address().port}`;
const redirectUri = "http://localhost:3000/callback";
const secret = "a secret of the app, for this run only";
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "shop",
      client_secret: secret,
      redirect_uris: [redirectUri],
      grant_types: ["authorization_code", "refresh_token"],
    },
  ],
  cookies: { keys: ["a key for this run only"] },
  features: { devInteractions: { enabled: false } },
  findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
  interactions: { url: (_context, { uid }) => `/ask/${uid}` },
  issueRefreshToken: async () => true,
  rotateRefreshToken: false,
});
const handle = provider.callback();
// A user who signs in as ada, and agrees to what the app asks for.
front.on("request", async (request, response) => {
  if (!request.url.startsWith("/ask/")) return handle(request, response);
  const { prompt, session } = await provider.interactionDetails(request, response);
  if (prompt.name === "login")
    return provider.interactionFinished(request, response, { login: { accountId: "ada" } });
  const grant = new provider.Grant({ clientId: "shop", accountId: session.accountId });
  grant.addOIDCScope("openid");
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
});

const insecure = { execute: [client.allowInsecureRequests] }; // plain http, on this machine
const config = await client.discovery(new URL(issuer), "shop", secret, undefined, insecure);
const pkceCodeVerifier = client.randomPKCECodeVerifier();
const challenge = await client.calculatePKCECodeChallenge(pkceCodeVerifier);

/** One browser: goes through the provider's redirects, and stops at the app's callback. */
const jar = new Map();
async function authorize(more = {}) {
  const query = { redirect_uri: redirectUri, scope: "openid", code_challenge: challenge, code_challenge_method: "S256" };
  let url = client.buildAuthorizationUrl(config, { ...query, ...more }).href;
  while (!url.startsWith(redirectUri)) {
    const cookie = [...jar].map((pair) => pair.join("=")).join("; ");
    const answer = await fetch(url, { redirect: "manual", headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      jar.set(name, value);
    }
    url = new URL(answer.headers.get("location"), url).href;
  }
  return new URL(url);
}

const exchange = (callback) => client.authorizationCodeGrant(config, callback, { pkceCodeVerifier });
const outcome = (work) =>
  work.then(
    () => "works",
    (error) => error.error ?? error.cause?.[0]?.parameters?.error ?? error.code,
  );
const userinfo = ({ access_token }) => outcome(client.fetchUserInfo(config, access_token, "ada"));

const callback = await authorize();
const first = await exchange(callback);
const second = await exchange(await authorize({ prompt: "none" })); // a second tab, say: a code of its own
const state = async () => ({
  "first sign-in": await userinfo(first),
  second: await userinfo(second),
  refresh: await outcome(client.refreshTokenGrant(config, second.refresh_token)),
  silent: (await authorize({ prompt: "none" })).searchParams.get("error") ?? "works",
});
const print = (label, states) =>
  console.log(label.padEnd(15), Object.entries(states).map((pair) => pair.join(": ")).join(", "));

const before = await state();
print("before", before);
const reload = await outcome(exchange(callback));
console.log(`reload of the first callback: ${reload}`);
const after = await state();
print("after", after);
assert.deepEqual(Object.values(before), ["works", "works", "works", "works"]);
assert.equal(reload, "invalid_grant");
assert.deepEqual(Object.values(after), ["invalid_token", "invalid_token", "invalid_grant", "consent_required"]);
process.exit(0);
JS
timeout 120 node try.mjs 2>&1 | grep -vE "^oidc-provider (NOTICE|WARNING)" # advice for production
