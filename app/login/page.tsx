import type { Metadata } from "next";
import type { Query } from "../_ui/refusal";
import { SignInPage } from "../_ui/sign-in-page";

export const metadata: Metadata = { title: "Log in" };

export default function LoginPage({ searchParams }: { readonly searchParams: Query }) {
  return <SignInPage kind="login" query={searchParams} />;
}
