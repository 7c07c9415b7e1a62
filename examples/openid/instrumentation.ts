export async function register() {
  if (process.env.NEXT_RUNTIME === "nodejs") {
    const { prepareServer } = await import("@carryover/session/next");
    const { readOpenIdEnv } = await import("./lib/openid-env");
    prepareServer(readOpenIdEnv);
  }
}
