import type { Metadata, Viewport } from "next";

// As many tags as the heads of the shop's pages have, as a page of Next usually says them.
export const metadata: Metadata = {
  metadataBase: new URL("http://localhost"),
  title: "Twin · Carryover",
  description: "The same HTML without a session, without components of its own, and without a policy.",
  applicationName: "Carryover",
  manifest: "/manifest.webmanifest",
  icons: { icon: "/icon.svg", apple: "/apple-icon.png" },
  alternates: { canonical: "./" },
  openGraph: {
    type: "website",
    siteName: "Carryover",
    locale: "en_GB",
    url: "./",
    images: { url: "/opengraph-image.png", type: "image/png", width: 1200, height: 630, alt: "A picture." },
  },
};

export const viewport: Viewport = { colorScheme: "light dark" };
