import type { Metadata } from "next";
import { Outage } from "../_ui/outage";
import { PageShell } from "../_ui/page-shell";

export const metadata: Metadata = { title: "Just a moment", robots: { index: false } };

/** Where the middleware leads in an outage, with status 503: a page of Next itself cannot answer so. */
export default function UnavailablePage() {
  return (
    <PageShell>
      <Outage />
    </PageShell>
  );
}
