import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import "./globals.css";

// As many tags as the shop's own head has.
export const metadata: Metadata = {
  metadataBase: new URL("http://localhost"),
  title: "Twin · Carryover",
  description: "The same HTML without a session, without components of its own, and without a policy.",
  applicationName: "Carryover",
  icons: { icon: "/icon.svg", apple: "/apple-icon.png" },
  alternates: { canonical: "./" },
  openGraph: { type: "website", siteName: "Carryover", locale: "en_GB", url: "./" },
  twitter: { card: "summary_large_image" },
};

export const viewport: Viewport = { colorScheme: "light dark" };

export default function Layout({ children }: { readonly children: ReactNode }) {
  return (
    <html lang="en" data-theme="system">
      <body>{children}</body>
    </html>
  );
}
