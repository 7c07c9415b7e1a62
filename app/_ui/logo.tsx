/** The mark of the shop: a bag in two halves, one fading, that one handle carries over. Takes the colour of the text. */
export function Logo({ className = "size-7" }: { readonly className?: string }) {
  return (
    <svg viewBox="0 0 24 24" className={className} aria-hidden="true" fill="currentColor">
      <path
        opacity=".45"
        d="M4.5 8.5H6.4V12a1.7 1.7 0 0 0 3.4 0V8.5h1.5V22H4.5a2.5 2.5 0 0 1-2.5-2.7l.6-9A2 2 0 0 1 4.5 8.5z"
      />
      <path d="M19.5 8.5H17.6V12a1.7 1.7 0 0 1-3.4 0V8.5h-1.5V22h6.8a2.5 2.5 0 0 0 2.5-2.7l-.6-9a2 2 0 0 0-1.9-1.8z" />
      <path
        fill="none"
        stroke="currentColor"
        strokeWidth="1.9"
        strokeLinecap="round"
        d="M8.1 12V6a3.9 3.9 0 0 1 7.8 0v6"
      />
    </svg>
  );
}
