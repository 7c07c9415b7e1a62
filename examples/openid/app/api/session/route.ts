import { get } from "@/lib/session";

export const GET = get(({ user, data }) => ({ user, pears: data.pears }));
