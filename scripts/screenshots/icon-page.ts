import { readFileSync } from "node:fs";

/** The site's icon on a square of `size` pixels. `full`: to the edges and with room around it, for what cuts its own shape. */
export function iconPage(size: number, shape: "rounded" | "full"): string {
  const icon = readFileSync("public/icon.svg", "utf8");
  const [margin, background] = shape === "full" ? [10, "#275a55"] : [0, "transparent"];
  return `<!doctype html>
<style>
  * { margin: 0 }
  body { width: ${size}px; height: ${size}px; display: grid; place-items: center; background: ${background} }
  svg { display: block; width: ${100 - 2 * margin}%; height: ${100 - 2 * margin}% }
</style>
${icon}`;
}
