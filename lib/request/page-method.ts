/** What a page or a file may be asked by: changes are for the handlers below `/api` alone, and the shop has no Server Actions. */
export const PAGE_METHODS = "GET, HEAD";

export function isPageMethod(method: string): boolean {
  return method === "GET" || method === "HEAD";
}
