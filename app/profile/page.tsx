import { requireUser } from "@/lib/request/current-session";

export default async function Page() {
  const known = await requireUser("/profile");
  return <pre>{JSON.stringify(known)}</pre>;
}
