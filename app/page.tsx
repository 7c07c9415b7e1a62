import { findCurrentSession } from "@/lib/request/current-session";

export default async function Page() {
  const known = await findCurrentSession();
  return <pre>{JSON.stringify(known)}</pre>;
}
