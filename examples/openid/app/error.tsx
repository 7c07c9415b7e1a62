"use client";

interface Props {
  readonly error: Error & { readonly digest?: string };
  readonly reset: () => void;
}

export default function ErrorPage({ error, reset }: Props) {
  const isOutage = error.digest === "store-unavailable";
  return (
    <>
      <h1>{isOutage ? "We cannot reach your session just now" : "Something went wrong"}</h1>
      <button type="button" onClick={reset}>
        Try again
      </button>
    </>
  );
}
