import { useMemo } from "react";
import type { StoredSession } from "./inspection";
import { changedLines, prettyLines } from "./pretty-json";

/** The texts of a line of JSON: each has a direction of its own, and turns nothing around it. */
const TEXTS = /("(?:[^"\\]|\\.)*")/;

interface Props {
  readonly stored: StoredSession;
  readonly textBefore: string | null;
}

/** A session as Redis has it, with what the last change changed. */
export function SessionJson({ stored: { key, text, revision }, textBefore }: Props) {
  const { lines, changed } = useMemo(() => {
    const lines = prettyLines(text);
    return { lines, changed: textBefore === null ? new Set() : changedLines(prettyLines(textBefore), lines) };
  }, [text, textBefore]);
  return (
    <figure className="mt-5">
      <figcaption className="mb-2 flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 text-sm">
        <code className="break-all" data-testid="key">
          {key}
        </code>
        <span className="text-muted">
          revision{" "}
          <b className="text-ink tabular-nums" data-testid="revision">
            {revision}
          </b>
        </span>
      </figcaption>
      <section
        className="overflow-x-auto rounded-lg bg-sunken py-3"
        data-testid="session-json"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reached by the keyboard.
        tabIndex={0}
        aria-label="The session as JSON"
      >
        <pre key={revision} className="min-w-max font-mono text-[0.8125rem] leading-relaxed">
          {lines.map((line, at) => (
            <span
              // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name than their place.
              key={at}
              data-changed={changed.has(at)}
              className="block border-transparent border-l-4 px-3 data-[changed=true]:border-brand data-[changed=true]:bg-tint"
            >
              {line.split(TEXTS).map((part, place) =>
                // biome-ignore lint/suspicious/noArrayIndexKey: likewise.
                place % 2 === 1 ? <bdi key={place}>{part}</bdi> : part,
              )}
              {"\n"}
            </span>
          ))}
        </pre>
      </section>
    </figure>
  );
}
