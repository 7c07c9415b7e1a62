import { findRefusal, type Query } from "./_ui/refusal";
import { ShopView } from "./_ui/shop-view";

export default async function ShopPage({ searchParams }: { readonly searchParams: Query }) {
  const refusal = await findRefusal(searchParams);
  return <ShopView refusal={refusal?.message ?? null} />;
}
