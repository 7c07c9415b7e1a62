import { currentSession } from "@/lib/session";
import { findRefusal, type Query } from "../_ui/refusal";
import { CartView } from "./cart-view";

export default async function CartPage({ searchParams }: { readonly searchParams: Query }) {
  await currentSession(); // Where Redis is out of reach it throws: an empty cart would be untrue.
  const refusal = await findRefusal(searchParams);
  return <CartView refusal={refusal?.message ?? null} />;
}
