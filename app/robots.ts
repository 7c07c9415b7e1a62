import type { MetadataRoute } from "next";

/** Crawlers may see every page; what must not be listed says `noindex` itself, which only an allowed crawler can read. */
export default function robots(): MetadataRoute.Robots {
  return { rules: { userAgent: "*", allow: "/", disallow: "/api/" } };
}
