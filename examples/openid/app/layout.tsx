import type { Metadata } from "next";
import Link from "next/link";

export const metadata: Metadata = { title: "Sign-in by an identity provider" };

export default function RootLayout({ children }: LayoutProps<"/">) {
  return (
    <html lang="en">
      <body style={{ font: "1.1rem/1.5 system-ui", margin: "2rem auto", maxWidth: "40rem" }}>
        <nav>
          <Link href="/" prefetch={false}>
            Basket
          </Link>{" "}
          <Link href="/account" prefetch={false}>
            Account
          </Link>
        </nav>
        <main>{children}</main>
      </body>
    </html>
  );
}
