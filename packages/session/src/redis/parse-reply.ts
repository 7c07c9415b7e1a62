import { z } from "zod/mini";
import { StoreUnavailable } from "../session-store.ts";

/** What Redis answered, in the shape that it must have: any other tells nothing. @throws StoreUnavailable */
export function parseReply<S extends z.core.$ZodType>(
  operation: string,
  shape: S,
  reply: unknown,
): z.output<S> {
  const parsed = z.safeParse(shape, reply);
  if (!parsed.success) throw new StoreUnavailable(operation, "unexpected reply");
  return parsed.data;
}
