import { site } from "./site-description";

/**
 * The tags that every page has in its head, after those of `PageHead`: what is said of a picture follows the picture
 * (https://ogp.me/#structured).
 */
export const siteHead = (
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
    {/* It takes title, description and picture from those of Open Graph. */}
    <meta name="twitter:card" content="summary_large_image" />
  </>
);
