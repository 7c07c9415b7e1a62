import { site } from "../_ui/site-description";

export const dynamic = "force-static";

/**
 * The web manifest: how the shop looks where a browser puts it on a home screen. A handler of its own: with Next's file for
 * it every page would resolve metadata (`page-head.tsx`).
 */
export function GET(): Response {
  return Response.json(manifest, { headers: { "content-type": "application/manifest+json" } });
}

const manifest = {
  id: "/",
  name: site.title,
  short_name: site.name,
  description: site.description,
  lang: "en-GB",
  start_url: "/",
  display: "standalone",
  // The paper of the light theme: a manifest knows only one.
  background_color: "#faf6ee",
  theme_color: "#faf6ee",
  icons: [
    { src: "/icon.svg", type: "image/svg+xml", sizes: "any" },
    { src: "/icons/icon-192.png", type: "image/png", sizes: "192x192" },
    { src: "/icons/icon-512.png", type: "image/png", sizes: "512x512" },
    { src: "/icons/maskable-512.png", type: "image/png", sizes: "512x512", purpose: "maskable" },
  ],
};
