import type { Metadata } from "next";
import { currentSession } from "@/lib/session";
import { Notice } from "../_ui/notice";
import { findRefusal, type Query } from "../_ui/refusal";
import { CartView } from "./cart-view";

export const metadata: Metadata = {
  title: "Your cart",
  description: "What you carry, kept in your session: change it on one server, find it on the next.",
};

export default async function CartPage({ searchParams }: { readonly searchParams: Query }) {
  await currentSession(); // Where Redis is out of reach it throws: an empty cart would be untrue.
  const refusal = await findRefusal(searchParams);
  return (
    <>
      <h1 className="mb-6 font-semibold text-3xl sm:text-4xl">Your cart</h1>
      {refusal && <Notice>{refusal.message}</Notice>}
      <CartView />
    </>
  );
}
