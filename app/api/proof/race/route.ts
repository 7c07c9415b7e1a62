import { z } from "zod/mini";
import { raceStep, raceSteps } from "@/lib/request/race";
import { changeRoute } from "@/lib/routes";

/** One step of a race on a scratch session, which has a cookie of its own and nothing to do with the visitor's. */
export const POST = changeRoute({
  formPage: "/proof",
  fields: z.object({ step: z.enum(raceSteps) }),
  change: (visit, { step }) => raceStep(visit, step),
});
