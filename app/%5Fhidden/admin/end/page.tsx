import { EndManyPage } from "../../../_admin/end-many-page";
import { requireOperator } from "../../../_admin/require-operator";
import { PageHead } from "../../../_ui/page-head";
import type { Query } from "../../../_ui/refusal";

/** The page `/admin/end`, which the middleware leads operators to. */
export default async function AdminEnd({ searchParams }: { readonly searchParams: Query }) {
  const operator = await requireOperator();
  return (
    <>
      <PageHead title="End sessions" isListed={false} />
      <EndManyPage operator={operator} query={searchParams} />
    </>
  );
}
