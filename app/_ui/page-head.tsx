"use client";

import { usePathname } from "next/navigation";
import { usePage } from "../_session/store/live-session";
import { site } from "./site-description";

interface Props {
  /** Default: the site's own. */
  readonly title?: string;
  readonly description?: string;
  /** Whether crawlers may list the page. Default: they may. */
  readonly isListed?: boolean;
}

/**
 * What a page says of itself to those who link to it. The URLs are of the site as the visitor knows it, so that one build is
 * right wherever it runs. Plain elements, which React puts into the head: resolving `metadata` took Next a tenth of a page.
 */
export function PageHead({ title, description = site.description, isListed = true }: Props) {
  const { origin } = usePage();
  // The page without its query: `?next=` and `?error=` make no page of their own.
  const url = origin + usePathname();
  const fullTitle = title ? `${title} · ${site.name}` : site.title;
  return (
    <>
      <title>{fullTitle}</title>
      <meta name="description" content={description} />
      {!isListed && <meta name="robots" content="noindex" />}
      <link rel="canonical" href={url} />
      <meta property="og:url" content={url} />
      <meta property="og:title" content={fullTitle} />
      <meta property="og:description" content={description} />
      <meta property="og:image" content={`${origin}/opengraph-image.png`} />
      {ofAllPages}
    </>
  );
}

const ofAllPages = (
  <>
    <meta name="application-name" content={site.name} />
    <meta name="color-scheme" content="light dark" />
    <link rel="manifest" href="/manifest.webmanifest" />
    <link rel="icon" href="/icon.svg" />
    <link rel="apple-touch-icon" href="/apple-icon.png" />
    <meta property="og:type" content="website" />
    <meta property="og:site_name" content={site.name} />
    <meta property="og:locale" content="en_GB" />
    <meta property="og:image:type" content="image/png" />
    <meta property="og:image:width" content="1200" />
    <meta property="og:image:height" content="630" />
    <meta property="og:image:alt" content={site.pictureText} />
    {/* It takes title, description and picture from those above. */}
    <meta name="twitter:card" content="summary_large_image" />
  </>
);
