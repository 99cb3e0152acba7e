import { describe, expect, it } from 'vitest';
import { COPY_HEIGHT, COPY_WIDTH, readClock } from '../web/shared/clock-strip.js';

/** The same cells stand in the test of what draws them. */
const CELLS = ['#.....#.###..##...#.', '#####.####.###.####.', '##.##...##....####..'];
const UTC_MS = 1_795_660_000_123;

function picture(cells: readonly string[], width: number, height: number, white = 255, black = 0) {
  const rgba = new Uint8ClampedArray(4 * width * height).fill(128);
  for (let y = 0; y < height; y++) {
    const row = cells[Math.floor((y * 11) / height)];
    if (row === undefined) continue;
    for (let x = 0; x < width; x++) {
      const cell = row[Math.floor((x * 20) / width)];
      const shade = cell === '#' ? white : cell === '.' ? black : Number(cell) * 28;
      rgba.fill(shade, 4 * (y * width + x), 4 * (y * width + x) + 3);
    }
  }
  return rgba;
}

function withCell(row: number, column: number, cell: string): string[] {
  return CELLS.map((line, i) => (i === row ? line.slice(0, column) + cell + line.slice(column + 1) : line));
}

describe('the clock in the test picture', () => {
  it.each([
    [640, 352, 255, 0],
    [COPY_WIDTH, COPY_HEIGHT, 255, 0],
    [1920, 1080, 200, 60],
    [61, 35, 130, 64],
    [20, 11, 255, 0],
  ])('is read at %i × %i with white %i and black %i', (width, height, white, black) => {
    expect(readClock(picture(CELLS, width, height, white, black), width, height)).toBe(UTC_MS);
  });

  it('needs no more rows than its own', () => {
    const all = picture(CELLS, COPY_WIDTH, COPY_HEIGHT);
    expect(readClock(all.subarray(0, (4 * COPY_WIDTH * COPY_HEIGHT * 3) / 11), COPY_WIDTH, COPY_HEIGHT)).toBe(UTC_MS);
    expect(readClock(all.subarray(0, 4 * COPY_WIDTH * 8), COPY_WIDTH, COPY_HEIGHT)).toBeNull();
  });

  it('is refused with any cell of another colour', () => {
    for (let row = 0; row < 3; row++) {
      for (let column = 0; column < 20; column++) {
        const other = withCell(row, column, CELLS[row]?.[column] === '#' ? '.' : '#');
        expect(readClock(picture(other, 160, 88), 160, 88), `row ${row}, column ${column}`).toBeNull();
      }
    }
  });

  it('is refused with a cell that is neither black nor white', () => {
    for (const shade of ['3', '4', '6']) {
      expect(readClock(picture(withCell(0, 1, shade), 160, 88), 160, 88)).toBeNull();
    }
    expect(readClock(picture(withCell(0, 1, '1'), 160, 88), 160, 88)).toBe(UTC_MS);
  });

  it('is refused without contrast, and where there is none', () => {
    expect(readClock(picture(CELLS, 160, 88, 160, 100), 160, 88)).toBeNull();
    expect(readClock(picture(CELLS, 160, 88, 0, 255), 160, 88)).toBeNull();
    expect(readClock(picture([], 160, 88), 160, 88)).toBeNull();
    const black = `#${'.'.repeat(19)}`;
    expect(readClock(picture([black, black, black], 160, 88), 160, 88)).toBeNull();
    expect(readClock([], 160, 88)).toBeNull();
  });
});
