import { PageHead } from "../_ui/page-head";
import type { Query } from "../_ui/refusal";
import { SignInPage } from "../_ui/sign-in-page";

export default function RegisterPage({ searchParams }: { readonly searchParams: Query }) {
  return (
    <>
      <PageHead
        title="Create an account"
        description="An account is a name and a password: your sessions on every device, and a cart on each."
      />
      <SignInPage kind="register" query={searchParams} />
    </>
  );
}
