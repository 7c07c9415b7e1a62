import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { type OperatorPagePath, operatorPages } from "@/lib/admin/operator-pages";
import { EndManyPage } from "../_admin/end-many-page";
import { findOperator, type OperatorPageProps } from "../_admin/find-operator";
import { SessionsPage } from "../_admin/sessions-page";
import { PageHead } from "../_ui/page-head";
import type { Query } from "../_ui/refusal";

interface OperatorPage {
  readonly title: string;
  readonly Page: (props: OperatorPageProps) => Promise<ReactNode>;
}

const pages: Readonly<Record<OperatorPagePath, OperatorPage>> = {
  "/admin": { title: "Active sessions", Page: SessionsPage },
  "/admin/end": { title: "End sessions", Page: EndManyPage },
};

interface Props {
  readonly params: Promise<{ readonly path: readonly string[] }>;
  readonly searchParams: Query;
}

/**
 * Every page that is not there, and the operators' pages. They are one page, so that the answer tells nobody else that there
 * are any. In an outage nobody knows who is an operator, and they are there for nobody.
 */
export default async function AnyPage({ params, searchParams }: Props) {
  const page = await pageAt(params);
  const operator = await findOperator(page !== undefined);
  if (!page || !operator) notFound();
  return (
    <>
      <PageHead title={page.title} isListed={false} />
      <page.Page operator={operator} query={searchParams} />
    </>
  );
}

async function pageAt(params: Props["params"]): Promise<OperatorPage | undefined> {
  const asked = `/${(await params).path.join("/")}`;
  const path = operatorPages.find((each) => each === asked);
  return path && pages[path];
}
