import type { Metadata } from "next";
import { headers } from "next/headers";
import { siteOf } from "@/lib/session";
import { site } from "./site-description";

/**
 * What every page says of itself to those who link to it; a page adds its own title and description. The URLs are of the
 * site as the visitor knows it, so that one build is right wherever it runs.
 */
export async function siteMetadata(): Promise<Metadata> {
  const { origin } = siteOf(await headers());
  return {
    // A client may send any `Host`, and one that is none must not cost it the page.
    metadataBase: URL.canParse(origin) ? new URL(origin) : null,
    title: { default: site.title, template: `%s · ${site.name}` },
    description: site.description,
    applicationName: site.name,
    // The SVG from `public/`, where it is cached. Named here, Next's own file for Apple must be named, too.
    icons: { icon: "/icon.svg", apple: "/apple-icon.png" },
    // The page without its query: `?next=` and `?error=` make no page of their own.
    alternates: { canonical: "./" },
    // Titles and descriptions of both are the page's own.
    openGraph: { type: "website", siteName: site.name, locale: "en_GB", url: "./" },
    twitter: { card: "summary_large_image" },
  };
}
