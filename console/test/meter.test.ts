import { describe, expect, it } from 'vitest';
import { heightFor, Meter, rateText, WARM_UP_MS } from '../web/bandwidth/meter.ts';

describe('a meter', () => {
  it('has no rate before anything has come', () => {
    const meter = new Meter(1_000);
    expect(meter.rate()).toBeNull();
    meter.add(0, 2_000);
    expect(meter.rate()).toBeNull();
  });

  it('leaves the slow beginning out once it is over', () => {
    const meter = new Meter(0);
    meter.add(1_000, 400);
    expect(meter.rate()).toBe(20_000);
    meter.add(1_000, WARM_UP_MS);
    meter.add(100_000, WARM_UP_MS + 1_000);
    expect(meter.rate()).toBe(800_000);
    expect(meter.bytes).toBe(102_000);
  });

  it('counts all where all came in the beginning, or in one piece', () => {
    const late = new Meter(0);
    late.add(500_000, 4_000);
    expect(late.rate()).toBe(1_000_000);
    late.add(0, 5_000);
    expect(late.rate()).toBe(800_000);
  });
});

describe('what a rate is called', () => {
  it.each([
    [0, '0 bit/s'],
    [999, '999 bit/s'],
    [999.6, '1.00 kbit/s'],
    [1_234, '1.23 kbit/s'],
    [12_345, '12.3 kbit/s'],
    [123_456, '123 kbit/s'],
    [999_499, '999 kbit/s'],
    [999_500, '1.00 Mbit/s'],
    [9_949_000, '9.95 Mbit/s'],
    [9_951_000, '10.0 Mbit/s'],
    [2.5e9, '2.50 Gbit/s'],
    [2.5e12, '2500 Gbit/s'],
  ])('%d is %s', (rate, text) => expect(rateText(rate)).toBe(text));
});

describe('what it is good for', () => {
  it.each([
    [400_000, null],
    [437_500, 240],
    [6_249_999, 720],
    [6_250_000, 1080],
    [1e9, 2160],
  ])('%d carries %s lines', (rate, height) => expect(heightFor(rate)).toBe(height));
});
