import { z } from "zod/mini";
import { post } from "@/lib/session";

export const POST = post({
  formPage: "/",
  fields: z.object({}),
  handler: async (session) => {
    await session.updateOrCreate((data) => ({ ...data, pears: data.pears + 1 }));
    return { pears: session.data.pears };
  },
});
