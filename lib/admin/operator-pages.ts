/** The pages that are there for operators alone. */
export const operatorPages = ["/admin", "/admin/end"] as const;
export type OperatorPagePath = (typeof operatorPages)[number];
