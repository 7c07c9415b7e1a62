import type { Metadata } from "next";
import type { Query } from "../_ui/refusal";
import { SignInPage } from "../_ui/sign-in-page";

export const metadata: Metadata = {
  title: "Log in",
  description: "Log in, or go on as a guest: a fresh session, and the cart comes along.",
};

export default function LoginPage({ searchParams }: { readonly searchParams: Query }) {
  return <SignInPage kind="login" query={searchParams} />;
}
