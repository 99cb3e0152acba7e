import { describe, expect, it } from 'vitest';
import { FlvOpening } from '../web/player/flv-opening.ts';

const SCRIPT = 18;
const AUDIO = 8;
const VIDEO = 9;

function flv(flags: number, ...tags: [type: number, size: number][]): Uint8Array<ArrayBuffer> {
  const bytes = [0x46, 0x4c, 0x56, 1, flags, 0, 0, 0, 9, 0, 0, 0, 0];
  for (const [type, size] of tags) {
    bytes.push(type, size >> 16, (size >> 8) & 0xff, size & 0xff, 0, 0, 0, 0, 0, 0, 0);
    for (let i = 0; i < size; i++) bytes.push(i & 0xff);
    const whole = size + 11;
    bytes.push(0, whole >> 16, (whole >> 8) & 0xff, whole & 0xff);
  }
  return new Uint8Array(bytes);
}

/** Feeds `bytes` in steps, all at the same time; what comes out, joined. */
function fed(opening: FlvOpening, bytes: Uint8Array<ArrayBuffer>, step: number, nowMs = 0): number[] {
  const out: number[] = [];
  for (let at = 0; at < bytes.length; at += step) {
    const given = opening.feed(bytes.slice(at, at + step).buffer, nowMs);
    if (given !== null) out.push(...new Uint8Array(given));
  }
  return out;
}

describe('the opening of an FLV stream', () => {
  const both = flv(5, [SCRIPT, 300], [VIDEO, 40], [AUDIO, 7], [VIDEO, 1000]);

  it.each([1, 2, 7, 11, 188, 4096])('passes on both tracks unchanged, fed %d bytes at a time', (step) => {
    expect(fed(new FlvOpening(), both, step)).toEqual([...both]);
  });

  it.each([
    ['video', VIDEO, 1],
    ['audio', AUDIO, 4],
  ])('that promises both and has only %s says so, after a while', (_, type, flags) => {
    const opening = new FlvOpening();
    const bytes = flv(5, [SCRIPT, 10], [type, 40]);
    expect(fed(opening, bytes, 16, 1_000)).toEqual([]);
    expect(opening.feed(new ArrayBuffer(3), 1_599)).toBeNull();
    const given = new Uint8Array(opening.feed(new ArrayBuffer(3), 1_600) ?? new ArrayBuffer(0));
    expect(given.length).toBe(bytes.length + 6);
    expect(given[4]).toBe(flags);
  });

  it('that promises one and has both says so at once', () => {
    const bytes = flv(1, [VIDEO, 40], [AUDIO, 7]);
    expect(fed(new FlvOpening(), bytes, 4096)[4]).toBe(5);
  });

  it('is held for as long as no track comes', () => {
    const opening = new FlvOpening();
    expect(fed(opening, flv(5, [SCRIPT, 10]), 64, 0)).toEqual([]);
    expect(opening.feed(new ArrayBuffer(0), 100_000)).toBeNull();
  });

  it('is held up to a limit', () => {
    const opening = new FlvOpening();
    const first = flv(5, [SCRIPT, 10]);
    expect(opening.feed(first.buffer, 0)).toBeNull();
    const more = 4 * 1024 * 1024 - first.length;
    expect(opening.feed(new ArrayBuffer(more - 1), 0)).toBeNull();
    expect(opening.feed(new ArrayBuffer(1), 0)?.byteLength).toBe(4 * 1024 * 1024);
  });

  it('that is no FLV is left to its reader', () => {
    expect(fed(new FlvOpening(), new TextEncoder().encode('<!doctype html>'), 5)).toHaveLength(15);
  });
});
