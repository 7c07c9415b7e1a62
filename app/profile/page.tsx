import { isGuest } from "@/lib/account/account";
import { priceCart } from "@/lib/cart/priced-cart";
import { requireUser } from "@/lib/session";
import { formatTime } from "../_ui/format";
import { findRefusal, type Query } from "../_ui/refusal";
import { ProfileView } from "./profile-view";

export default async function ProfilePage({ searchParams }: { readonly searchParams: Query }) {
  const { user, data, handle, createdAt, idleSeconds, ttlMs, expiresAt, nowMs, revision, servedBy } =
    await requireUser("/profile");
  const refusal = await findRefusal(searchParams);
  const { displayName, locale, theme } = data.profile;
  const { quantity, totalCents } = priceCart(data.cart);
  const cart = { quantity, totalCents };
  const began = formatTime(createdAt, locale);
  const lifetimeLeftMs = expiresAt - nowMs;
  return (
    <ProfileView
      profile={{ displayName, locale, theme }}
      facts={{ user: user.name, handle, cart, began, idleSeconds, ttlMs, lifetimeLeftMs, revision, servedBy }}
      views={data.views}
      isGuest={isGuest(user)}
      refusal={refusal}
    />
  );
}
