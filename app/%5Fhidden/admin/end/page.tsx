import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { EndManyPage } from "../../../_admin/end-many-page";
import { findOperator } from "../../../_admin/find-operator";
import type { Query } from "../../../_ui/refusal";

export async function generateMetadata(): Promise<Metadata> {
  return (await findOperator()) ? { title: "End sessions", robots: { index: false } } : {};
}

/** The page `/admin/end`, which the middleware leads operators to. */
export default async function AdminEnd({ searchParams }: { readonly searchParams: Query }) {
  const operator = await findOperator();
  if (!operator) notFound();
  return <EndManyPage operator={operator} query={searchParams} />;
}
