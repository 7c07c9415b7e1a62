import { unavailableMessage } from "@/lib/unavailable-message";
import { Button } from "./button";

/** What is said in an outage, wherever it is said. */
export function Outage() {
  return (
    <div className="mx-auto max-w-xl py-10">
      <h1 className="mb-4 font-semibold text-3xl sm:text-4xl">{unavailableMessage.title}</h1>
      <p className="mb-6 text-lg text-muted">{unavailableMessage.text}</p>
      {/* A form without an action asks for the page that was asked for, by a full load, with JavaScript or without. */}
      <form>
        <Button variant="quiet">Try again</Button>
      </form>
    </div>
  );
}
