const shapes = {
  browser:
    "M3 6.5A2.5 2.5 0 0 1 5.5 4h13A2.5 2.5 0 0 1 21 6.5v11a2.5 2.5 0 0 1-2.5 2.5h-13A2.5 2.5 0 0 1 3 17.5zM3 9h18M6.5 6.5h.01M9 6.5h.01",
  balancer: "M4 12h5M9 12c4 0 4-6 8-6h3M9 12c4 0 4 6 8 6h3M9 12h11",
  gateway:
    "M9 4c-3 0-3 2-3 4s0 4-2.500 4c2.500 0 2.500 2 2.500 4s0 4 3 4M15 4c3 0 3 2 3 4s0 4 2.500 4c-2.500 0-2.500 2-2.500 4s0 4-3 4",
  redis:
    "M4 7c0-1.700 3.600-3 8-3s8 1.300 8 3-3.600 3-8 3-8-1.300-8-3zM4 7v5c0 1.700 3.600 3 8 3s8-1.300 8-3V7M4 12v5c0 1.700 3.600 3 8 3s8-1.300 8-3v-5",
  key: "M14.500 9.500a4.500 4.500 0 1 0-3.400 4.370L13 15.700h2v2h2v2h3v-3.200l-6.200-6.200c.45-.4.7-.6.7-.8zM8.500 8h.01",
} as const;

/** A small picture beside a name that says the same. */
export function Icon({ of }: { readonly of: keyof typeof shapes }) {
  return (
    <svg
      viewBox="0 0 24 24"
      aria-hidden="true"
      className="size-5 shrink-0 fill-none stroke-current"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={shapes[of]} />
    </svg>
  );
}
