import type { SessionData } from "@/lib/session-definition";
import { FormKey } from "../_session/forms/form-key";
import { Button } from "../_ui/button";
import { Fact, Facts } from "../_ui/facts";

/** How many views each server has counted into the one session. */
export function ViewsByServer({ views }: { readonly views: SessionData["views"] }) {
  return (
    <>
      {views.length === 0 && (
        <p className="mb-4 text-muted">None counted yet. Count a few and see who answers.</p>
      )}
      <Facts>
        {[...views].sort().map(([server, count]) => (
          <Fact key={server} name={server === "other" ? "other servers" : `server ${server}`}>
            {count}
          </Fact>
        ))}
      </Facts>
      <form action="/api/session/views" method="post" className="mt-4">
        <FormKey form="views" />
        <Button variant="quiet">Count a view</Button>
      </form>
    </>
  );
}
