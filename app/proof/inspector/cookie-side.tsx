import { Card } from "../../_ui/card";
import type { BrowserCookie } from "./inspection";

const meanings: Readonly<Record<string, string>> = {
  httponly: "no script reads it",
  secure: "https only",
  "samesite=lax": "other sites cannot send changes with it",
  "path=/": "for the whole site",
};

interface Props {
  readonly cookie: BrowserCookie | null;
  readonly isNone: boolean;
}

/** All that the browser holds: a sealed key. Nothing of the seal is shown that is not the same for everyone. */
export function CookieSide({ cookie, isNone }: Props) {
  return (
    <Card title="Your browser holds">
      {isNone ? (
        <p className="text-muted">Nothing. No session, no cookie, no request to Redis.</p>
      ) : cookie ? (
        <>
          <p className="mb-3 break-all rounded-lg bg-sunken px-3 py-2 font-mono text-sm" data-testid="cookie">
            {cookie.name}={cookie.seal}*••••••••••••••••
          </p>
          <ul className="grid gap-1.5 text-sm">
            <li>
              <b className="tabular-nums">{cookie.bytes} bytes</b>
              <span className="text-muted">
                : a random key under a seal: no name, no cart, nothing of yours
              </span>
            </li>
            {cookie.attributes.map((attribute) => (
              <li key={attribute}>
                <code className="font-semibold">{attribute}</code>{" "}
                <span className="text-muted">{meanings[attribute.toLowerCase()]}</span>
              </li>
            ))}
          </ul>
        </>
      ) : (
        <p className="text-muted">One cookie: a random key under a seal, and nothing of yours.</p>
      )}
    </Card>
  );
}
