import { requireUser, server } from "@/lib/session";

export default async function AccountPage() {
  const { user, data } = await requireUser();
  return (
    <>
      <h1>Hello, {user.name}</h1>
      <p>Here you are {user.id}.</p>
      <p>Pears: {data.pears}</p>
      <form action="/api/sign-out" method="post">
        <button type="submit">Sign out</button>
      </form>
      <small>answered by server {server.name}</small>
    </>
  );
}
