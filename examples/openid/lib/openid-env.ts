import { parseVariables } from "@carryover/session/redis";
import { z } from "zod/mini";

const variables = z.object({
  OPENID_ISSUER: z.url({ protocol: /^https?$/ }).check(z.describe("the provider's issuer, an http(s) URL")),
  OPENID_CLIENT_ID: z.string().check(z.minLength(1), z.describe("the name of this app at the provider")),
  OPENID_CLIENT_SECRET: z.string().check(z.minLength(16), z.describe("16 characters or more")),
});

/** How this app is known to the provider. @throws EnvError naming everything that is missing or wrong. */
export function readOpenIdEnv() {
  const env = parseVariables(variables, process.env);
  return {
    issuer: new URL(env.OPENID_ISSUER),
    clientId: env.OPENID_CLIENT_ID,
    clientSecret: env.OPENID_CLIENT_SECRET,
  };
}
