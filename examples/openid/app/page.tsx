import { currentSession, server } from "@/lib/session";

export default async function BasketPage() {
  const session = await currentSession();
  return (
    <>
      <h1>Your basket</h1>
      <p>{session?.user ? `Signed in as ${session.user.name}.` : "Not signed in."}</p>
      <p>Pears: {session?.data.pears ?? 0}</p>
      <form action="/api/pears" method="post">
        <button type="submit">Add a pear</button>
      </form>
      <small>answered by server {server.name}</small>
    </>
  );
}
