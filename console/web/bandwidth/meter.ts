/* Counts bytes over time and says how fast they came. Pure: time is a number. */

/** What comes before this is not counted: connections begin slowly. */
export const WARM_UP_MS = 800;

interface Count {
  readonly ms: number;
  readonly bytes: number;
}

export class Meter {
  readonly #beganMs: number;
  #warm: Count | null = null;
  #last: Count;

  constructor(nowMs: number) {
    this.#beganMs = nowMs;
    this.#last = { ms: nowMs, bytes: 0 };
  }

  /** So many more bytes have come. */
  add(bytes: number, nowMs: number): void {
    this.#last = { ms: nowMs, bytes: this.#last.bytes + bytes };
    if (this.#warm === null && nowMs - this.#beganMs >= WARM_UP_MS) this.#warm = this.#last;
  }

  /** All bytes that have come. */
  get bytes(): number {
    return this.#last.bytes;
  }

  /** Bits a second since the connection was warm, or since the beginning while it is not; null for too little. */
  rate(): number | null {
    const from = this.#warm ?? { ms: this.#beganMs, bytes: 0 };
    const ms = this.#last.ms - from.ms;
    const bytes = this.#last.bytes - from.bytes;
    if (ms <= 0 || bytes <= 0) return this.#warm === null ? null : this.#whole();
    return (bytes * 8_000) / ms;
  }

  /** Where nothing came after the warm-up: all of it over all of the time. */
  #whole(): number | null {
    const ms = this.#last.ms - this.#beganMs;
    return ms <= 0 || this.#last.bytes === 0 ? null : (this.#last.bytes * 8_000) / ms;
  }
}

/** `4.2 Mbit/s`: three digits that count at most. */
export function rateText(bitsPerSecond: number): string {
  const units = ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s'];
  let value = bitsPerSecond;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  const digits = value >= 99.5 || unit === 0 ? 0 : value >= 9.95 ? 1 : 2;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/** The highest of the usual heights of a picture that a rate carries, with a quarter to spare; null for none. */
export function heightFor(bitsPerSecond: number): number | null {
  const ladder: readonly (readonly [number, number])[] = [
    [2160, 18_000_000],
    [1440, 9_000_000],
    [1080, 5_000_000],
    [720, 2_800_000],
    [480, 1_200_000],
    [360, 700_000],
    [240, 350_000],
  ];
  return ladder.find(([, rate]) => bitsPerSecond >= rate * 1.25)?.[0] ?? null;
}
