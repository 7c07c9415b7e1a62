/** Path and query of this page, without the refusal of a form that it may name. */
export function withoutRefusal({ pathname, search }: Location): string {
  const query = new URLSearchParams(search);
  for (const name of ["error", "field", "reason"]) query.delete(name);
  return pathname + (query.size > 0 ? `?${query}` : "");
}
