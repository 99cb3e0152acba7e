import { expect, it } from 'vitest';
import { bitrate, elapsed, seconds, viewers } from '../web/shared/format.ts';

it.each([
  [0, '0 kbit/s'], [500_400, '500 kbit/s'], [999_499, '999 kbit/s'], [999_500, '1.0 Mbit/s'],
  [2_540_000, '2.5 Mbit/s'], [9_949_999, '9.9 Mbit/s'], [9_950_000, '10 Mbit/s'],
])('%d bit/s reads %s', (value, text) => expect(bitrate(value)).toBe(text));

it.each([
  [-5, '0 s'], [59_999, '59 s'], [60_000, '1 min'], [3_599_000, '59 min'], [3_600_000, '1 h 00 min'],
  [7_500_000, '2 h 05 min'], [86_400_000, '1 d 0 h'], [273_600_000, '3 d 4 h'],
])('%d ms read %s', (value, text) => expect(elapsed(value)).toBe(text));

it.each([[0, '0 viewers'], [1, '1 viewer'], [1_800, '1,800 viewers']])('%d reads %s', (count, text) =>
  expect(viewers(count)).toBe(text),
);

it.each([[0.84, '0.8 s'], [9.94, '9.9 s'], [12.3, '12 s']])('%d reads %s', (value, text) =>
  expect(seconds(value)).toBe(text),
);
