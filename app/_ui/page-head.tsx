"use client";

import { usePathname } from "next/navigation";
import { usePage } from "../_session/store/live-session";
import { site, titleOf } from "./site-description";

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
  const fullTitle = title ? titleOf(title) : site.title;
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
    </>
  );
}
