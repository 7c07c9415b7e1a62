import pixelmatch from "pixelmatch";
import sharp from "sharp";

/**
 * Whether two screenshots show the same. A browser without a graphics card draws the edge of a curve now and then in a
 * neighbouring shade: such pixels (anti-aliased, by their surroundings) count for nothing, any other one counts.
 * @param once, again PNG
 */
export async function isSamePicture(once: Buffer, again: Buffer): Promise<boolean> {
  if (once.equals(again)) return true;
  const [a, b] = await Promise.all([pixels(once), pixels(again)]);
  const { width, height } = a.info;
  if (b.info.width !== width || b.info.height !== height) return false;
  return pixelmatch(a.data, b.data, null, width, height, { threshold: 0.02 }) === 0;
}

function pixels(png: Buffer) {
  return sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
}
