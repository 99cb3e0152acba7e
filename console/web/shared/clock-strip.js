// @ts-check
/*
 * Reads the time that the server's test picture carries along its upper edge (docs/player.md, "The clock
 * in the test picture"). Plain JavaScript without imports, so that tests can run it in any page.
 */

const COLUMNS = 20;
const ROWS = 3;
/** Rows of cells in the whole picture. */
const GRID_ROWS = 11;
const TIME_BITS = 46;
/** White must be so much lighter than black, of 255. */
const MIN_CONTRAST = 64;
/** What is further than this from white and from black, of their difference, is neither. */
const MARGIN = 0.25;

/** Samples of a cell's side in the copy that is read. */
const CELL = 8;
export const COPY_WIDTH = COLUMNS * CELL;
export const COPY_HEIGHT = GRID_ROWS * CELL;

/**
 * The time, in milliseconds since 1970, UTC; null when there is no strip, or one that is not to be trusted:
 * without contrast, with a cell that is neither black nor white, or with a wrong check.
 *
 * @param {ArrayLike<number>} rgba the picture (or only the rows of the strip), row by row
 * @param {number} width of the picture
 * @param {number} height of the whole picture
 * @returns {number | null}
 */
export function readClock(rgba, width, height) {
  /** @type {boolean[]} */
  const bits = [];
  for (let row = 0; row < ROWS; row++) {
    const white = light(rgba, width, height, row, 0);
    const black = light(rgba, width, height, row, COLUMNS - 1);
    if (white - black < MIN_CONTRAST) return null;
    for (let column = 1; column < COLUMNS - 1; column++) {
      const share = (light(rgba, width, height, row, column) - black) / (white - black);
      if (share > MARGIN && share < 1 - MARGIN) return null;
      bits.push(share > 0.5);
    }
  }
  let above = false;
  const time = bits.slice(0, TIME_BITS).map((bit) => (above = above !== bit)); // Gray code
  let check = 0;
  for (const bit of bits.slice(TIME_BITS)) check = check * 2 + Number(bit);
  let utcMs = 0; // more than the 32 bits of shifts
  for (const bit of time) utcMs = utcMs * 2 + Number(bit);
  return check === checkOf(time) ? utcMs : null;
}

/**
 * The time of what a video shows now; null as above, and while it shows nothing.
 *
 * @param {HTMLVideoElement} video
 * @param {CanvasRenderingContext2D} context of a canvas of COPY_WIDTH × COPY_HEIGHT
 * @returns {number | null}
 */
export function clockOf(video, context) {
  if (video.videoWidth === 0 || video.readyState < 2) return null;
  context.drawImage(video, 0, 0, COPY_WIDTH, COPY_HEIGHT);
  const { data } = context.getImageData(0, 0, COPY_WIDTH, ROWS * CELL);
  return readClock(data, COPY_WIDTH, COPY_HEIGHT);
}

/**
 * How light the middle of a cell is: its edges are other cells' too, once it was scaled.
 *
 * @param {ArrayLike<number>} rgba
 * @param {number} width
 * @param {number} height
 * @param {number} row
 * @param {number} column
 */
function light(rgba, width, height, row, column) {
  const left = Math.round(((4 * column + 1) * width) / (4 * COLUMNS));
  const right = Math.max(left + 1, Math.round(((4 * column + 3) * width) / (4 * COLUMNS)));
  const top = Math.round(((4 * row + 1) * height) / (4 * GRID_ROWS));
  const bottom = Math.max(top + 1, Math.round(((4 * row + 3) * height) / (4 * GRID_ROWS)));
  let sum = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const at = 4 * (y * width + x);
      sum += 0.299 * (rgba[at] ?? 0) + 0.587 * (rgba[at + 1] ?? 0) + 0.114 * (rgba[at + 2] ?? 0);
    }
  }
  return sum / ((bottom - top) * (right - left));
}

/**
 * CRC-8 (x⁸ + x² + x + 1, begun with all ones) of the time as 48 bits.
 *
 * @param {boolean[]} time
 */
function checkOf(time) {
  let crc = 0xff;
  for (const bit of [false, false, ...time]) {
    const carry = ((crc & 0x80) !== 0) !== bit;
    crc = (crc << 1) & 0xff;
    if (carry) crc ^= 0x07;
  }
  return crc;
}
