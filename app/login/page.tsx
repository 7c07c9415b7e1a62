import { PageHead } from "../_ui/page-head";
import type { Query } from "../_ui/refusal";
import { SignInPage } from "../_ui/sign-in-page";

export default function LoginPage({ searchParams }: { readonly searchParams: Query }) {
  return (
    <>
      <PageHead
        title="Log in"
        description="Log in, or go on as a guest: a fresh session, and the cart comes along."
      />
      <SignInPage kind="login" query={searchParams} />
    </>
  );
}
