import { type CartChange, makeChanges } from "@/lib/cart/cart-change";
import { withoutChange } from "@/lib/cart/pending-cart";
import type { FormNotice, LiveState, LiveStore } from "../store/live-store";
import type { Failure } from "../store/outcome";

interface Failed {
  readonly place: string;
  readonly number: number;
  readonly change: CartChange;
  readonly key: string;
  readonly failure: Failure;
}

/** A change was not made: it is taken back, and its form says why. */
export function withFailure(
  state: LiveState,
  { place, number, change, key, failure }: Failed,
): Partial<LiveState> {
  const earlier = state.notices[place];
  const unmade =
    earlier?.failure.kind === failure.kind ? [...earlier.unmade, { change, key }] : [{ change, key }];
  const notice: FormNotice = {
    failure,
    unmade,
    expected: makeChanges(
      state.cart.confirmed,
      unmade.map((each) => each.change),
    ),
    tries: 0,
  };
  return {
    cart: withoutChange(state.cart, number, null),
    notices: { ...state.notices, [place]: notice },
    ...(failure.kind === "ended" && { presence: "ended", isEndShown: true }),
  };
}

/** The form says no more. */
export function dropNotice(live: LiveStore, place: string): void {
  live.set(({ notices }) => ({ notices: withoutNotice(notices, place) }));
}

export function withoutNotice(notices: LiveState["notices"], place: string): LiveState["notices"] {
  const { [place]: _, ...others } = notices;
  return others;
}
