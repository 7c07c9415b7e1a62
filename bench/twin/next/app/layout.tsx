import type { ReactNode } from "react";
import "./globals.css";

export default function Layout({ children }: { readonly children: ReactNode }) {
  return (
    <html lang="en" data-theme="system">
      <body>{children}</body>
    </html>
  );
}
