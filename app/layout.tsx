import type { Viewport } from "next";
import type { ReactNode } from "react";
import { sessionOrOutage } from "@/lib/session";
import { PageShell } from "./_ui/page-shell";
import "./globals.css";

export { siteMetadata as generateMetadata } from "./_ui/site-metadata";

export const viewport: Viewport = { colorScheme: "light dark" };

export default async function Layout({ children }: { readonly children: ReactNode }) {
  const shown = await sessionOrOutage();
  return (
    <html lang="en" data-theme={shown.session?.data.profile.theme ?? "system"}>
      <body>
        <PageShell shown={shown}>{children}</PageShell>
      </body>
    </html>
  );
}
