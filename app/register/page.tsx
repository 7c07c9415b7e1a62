import type { Metadata } from "next";
import type { Query } from "../_ui/refusal";
import { SignInPage } from "../_ui/sign-in-page";

export const metadata: Metadata = {
  title: "Create an account",
  description: "An account is a name and a password: your sessions on every device, and a cart on each.",
};

export default function RegisterPage({ searchParams }: { readonly searchParams: Query }) {
  return <SignInPage kind="register" query={searchParams} />;
}
