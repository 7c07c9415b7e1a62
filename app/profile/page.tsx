import { isGuest } from "@/lib/account/account";
import { priceCart } from "@/lib/cart/priced-cart";
import { requireUser } from "@/lib/session";
import { Card } from "../_ui/card";
import { formatTime } from "../_ui/format";
import { findRefusal, type Query } from "../_ui/refusal";
import { DeleteAccountForm } from "./delete-account-form";
import { PasswordForm } from "./password-form";
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
      refusal={refusal}
    >
      {/* A guest has no account, and so no password. */}
      {!isGuest(user) && (
        <>
          <Card title="Password">
            <PasswordForm refusal={refusal} />
          </Card>
          <Card title="Delete the account">
            <DeleteAccountForm refusal={refusal} />
          </Card>
        </>
      )}
    </ProfileView>
  );
}
