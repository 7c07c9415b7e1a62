import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { findOperator } from "../../_admin/find-operator";
import { SessionsPage } from "../../_admin/sessions-page";
import type { Query } from "../../_ui/refusal";

export async function generateMetadata(): Promise<Metadata> {
  return (await findOperator()) ? { title: "Active sessions", robots: { index: false } } : {};
}

/** The page `/admin`, which the middleware leads operators to. */
export default async function Admin({ searchParams }: { readonly searchParams: Query }) {
  const operator = await findOperator();
  if (!operator) notFound();
  return <SessionsPage operator={operator} query={searchParams} />;
}
