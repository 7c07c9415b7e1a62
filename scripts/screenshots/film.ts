import type { Page } from "playwright";
import sharp from "sharp";

const WIDTH = 960;
const LAST_FRAME_MS = 2500;

interface Frame {
  readonly picture: Buffer;
  readonly atMs: number;
}

export interface Film {
  /** Takes no more frames, and gives the film as an animated WebP that runs for ever. */
  end(): Promise<Buffer>;
}

/** Takes frames of a part of the page, as many as the browser gives; each is shown for as long as it was true. */
export function startFilm(page: Page, clip: { x: number; y: number; width: number; height: number }): Film {
  const frames: Frame[] = [];
  let isOver = false;
  const done = take();
  // Whoever ends the film hears of it; until then it must not end the process.
  done.catch(() => {});

  async function take(): Promise<void> {
    while (!isOver) {
      const atMs = performance.now();
      const png = await page.screenshot({ clip });
      const picture = await sharp(png).resize({ width: WIDTH }).removeAlpha().png().toBuffer();
      if (!frames.at(-1)?.picture.equals(picture)) frames.push({ picture, atMs });
    }
  }

  return {
    async end() {
      isOver = true;
      await done;
      const delay = frames.map(({ atMs }, at) =>
        Math.round((frames[at + 1]?.atMs ?? atMs + LAST_FRAME_MS) - atMs),
      );
      return sharp(
        frames.map(({ picture }) => picture),
        { join: { animated: true } },
      )
        .webp({ delay, loop: 0, quality: 72, effort: 4, minSize: true })
        .toBuffer();
    },
  };
}
