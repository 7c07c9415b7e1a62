import { z } from "zod/mini";
import { raceStep, raceSteps } from "@/lib/proof/race";
import { post } from "@/lib/session";

/** One step of a race on a scratch session, which has a cookie of its own and nothing to do with the visitor's. */
export const POST = post({
  formPage: "/proof",
  lazy: true,
  fields: z.object({ step: z.enum(raceSteps) }),
  handler: (_, { step }, context) => raceStep(context, step),
});
