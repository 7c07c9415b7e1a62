import { IDLE_SECONDS } from "@carryover/session";
import { z } from "zod/mini";
import { locales, themes } from "@/lib/profile-choices";
import { displayName } from "@/lib/session-definition";

// Forms send numbers as text. Digits only: "1e3", "0x10" and " 1" are refused, not understood.
export const integer = (min: number, max: number) =>
  z.pipe(
    z.union([z.number(), z.pipe(z.string().check(z.regex(/^-?\d{1,15}$/)), z.transform(Number))]),
    z.int().check(z.minimum(min), z.maximum(max)),
  );

/** Leaves out a field that a form sent empty. */
export const filledIn = <T extends z.core.$ZodType>(schema: T) =>
  z.optional(
    z.union([
      z.pipe(
        z.literal(""),
        z.transform(() => undefined),
      ),
      schema,
    ]),
  );

export const idleSeconds = integer(IDLE_SECONDS.min, IDLE_SECONDS.max);
export const optionalIdleSeconds = filledIn(idleSeconds);
// Beyond the cart's own bound is the cart's to refuse (`cart-full`), beyond reason is ours.
export const quantity = integer(1, Number.MAX_SAFE_INTEGER);
export const sku = z.string().check(z.minLength(1), z.maxLength(64));

const yes = z.pipe(
  z.literal([true, 1, "1", "true", "on"]),
  z.transform((): true => true),
);
const no = z.literal([false, 0, "0", "false", "off", ""]);

/** A box that is ticked, or a flag that is set: `true`. One that says that it is not set is as good as left out: `undefined`. */
export const flag = z.union([
  yes,
  z.pipe(
    no,
    z.transform(() => undefined),
  ),
]);

/** "Keep me signed in": `true` unless it says no. A form says so by a hidden field before the box, which sends nothing unticked. */
export const remember = z._default(
  z.union([
    yes,
    z.pipe(
      no,
      z.transform((): false => false),
    ),
  ]),
  true,
);

// Not a rule of the stored session: what was kept before stays readable. Controls, halves of characters, breaks of lines
// and what nobody sees have no place in a name, nor have the marks that turn the direction of the text around it (Unicode
// UTS 39, 5.1). The two joiners stay: Persian and family emoji are written with them.
const NOT_IN_A_NAME = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/u;
const TO_BE_SEEN = /[\p{L}\p{N}\p{P}\p{S}]/u;

// The three marks that lean on the direction of their neighbours and turn nothing. Keyboards put them into Arabic and Hebrew
// text, where nobody sees them or can take them out; a name that is shown on its own has no use for them.
const LEANING_MARKS = /[\u200e\u200f\u061c]/gu;

export const profileFields = z.object({
  displayName: z.exactOptional(
    z.pipe(
      z.pipe(
        z.string(),
        z.transform((name) => name.replace(LEANING_MARKS, "")),
      ),
      displayName.check(z.refine((name) => !NOT_IN_A_NAME.test(name) && TO_BE_SEEN.test(name))),
    ),
  ),
  locale: z.exactOptional(z.enum(locales)),
  theme: z.exactOptional(z.enum(themes)),
});
