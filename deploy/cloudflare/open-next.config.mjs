import { defineCloudflareConfig } from "@opennextjs/cloudflare";

// Every page is made for its visitor: there is nothing to keep in a cache, so none is configured.
export default defineCloudflareConfig({});
