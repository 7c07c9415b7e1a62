import { isCommonPassword } from "@/lib/account/common-password";
import { Problem } from "./problem";

/** @throws Problem `invalid` for a password that is on the list of common ones */
export async function refuseCommonPassword(password: string, field: string): Promise<void> {
  if (!(await isCommonPassword(password))) return;
  throw new Problem("invalid", { field, detail: "That password is on the list of common ones." });
}
