import { sessionOrOutage } from "@/lib/session";
import { Outage } from "../_ui/outage";
import { PageHead } from "../_ui/page-head";

/** Where the middleware leads in an outage, with status 503: a page of Next itself cannot answer so. */
export default async function UnavailablePage() {
  const { found } = await sessionOrOutage();
  return (
    <>
      <PageHead title="Just a moment" isListed={false} />
      {found === "unavailable" ? <Outage /> : <AllIsWell />}
    </>
  );
}

function AllIsWell() {
  return (
    <div className="mx-auto max-w-xl py-10">
      <h1 className="mb-4 font-semibold text-3xl sm:text-4xl">All is well</h1>
      <p className="mb-6 text-lg text-muted">Your session is within reach.</p>
      <a href="/" className="text-brand text-lg underline">
        Back to the shop
      </a>
    </div>
  );
}
