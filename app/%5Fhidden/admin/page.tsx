import { requireOperator } from "../../_admin/require-operator";
import { SessionsPage } from "../../_admin/sessions-page";
import { PageHead } from "../../_ui/page-head";
import type { Query } from "../../_ui/refusal";

/** The page `/admin`, which the middleware leads operators to. */
export default async function Admin({ searchParams }: { readonly searchParams: Query }) {
  const operator = await requireOperator();
  return (
    <>
      <PageHead title="Active sessions" isListed={false} />
      <SessionsPage operator={operator} query={searchParams} />
    </>
  );
}
