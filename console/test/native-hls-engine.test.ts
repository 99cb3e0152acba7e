import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NativeHlsEngine } from '../web/player/native-hls-engine.ts';
import type { Failure } from '../web/player/state.ts';

const URL = 'http://x/live/a/index.m3u8';

/** A video element as far as the engine looks at it. */
class FakeVideo extends EventTarget {
  src = '';
  currentTime = 0;
  error: { code: number; message: string } | null = null;
  seekableToS: number | null = null;
  loads = 0;

  get seekable() {
    const { seekableToS } = this;
    return { length: seekableToS === null ? 0 : 1, end: () => seekableToS };
  }

  removeAttribute(name: string) {
    expect(name).toBe('src');
    this.src = '';
  }

  load() {
    this.loads++;
  }
}

let video: FakeVideo;
let heard: (string | Failure)[];
let over: Promise<void>;
let engine: NativeHlsEngine;

/** All that was going on has been done by then. */
const settled = () => new Promise((turn) => setTimeout(turn));

function answers(answer: () => Response | Promise<Response>) {
  const fetch = vi.fn(async () => answer());
  vi.stubGlobal('fetch', fetch);
  return fetch;
}

beforeEach(() => {
  answers(() => new Response(null));
  video = new FakeVideo();
  heard = [];
  engine = new NativeHlsEngine(URL);
  over = new Promise((resolve) =>
    engine.start(video as unknown as HTMLVideoElement, {
      answered: () => heard.push('answered'),
      failed: (failure) => {
        heard.push(failure);
        resolve();
      },
    }),
  );
});
afterEach(() => vi.unstubAllGlobals());

async function fails(code: number, answer: () => Response | Promise<Response>) {
  await settled();
  heard.length = 0;
  answers(answer);
  video.error = { code, message: 'so says the browser' };
  video.dispatchEvent(new Event('error'));
}

describe('HLS by the browser', () => {
  it('plays the address once there is something, and lets go of it', async () => {
    await settled();
    expect(heard).toEqual(['answered']);
    expect(video.src).toBe(URL);
    engine.stop();
    expect(video).toMatchObject({ src: '', loads: 1 });
  });

  it('does not have the browser wait for a stream that is not there', async () => {
    answers(() => new Response(null, { status: 404 }));
    const other = new FakeVideo();
    const told: unknown[] = [];
    new NativeHlsEngine(URL).start(other as unknown as HTMLVideoElement, {
      answered: () => told.push('answered'),
      failed: (failure) => told.push(failure),
    });
    await settled();
    expect(told).toEqual([{ kind: 'absent', text: '' }]);
    expect(other.src).toBe('');
  });

  it('has a number that grows with what arrives, which is no number of bytes', () => {
    expect(engine.counts).toBe(false);
    expect(engine.bytes()).toBe(0);
    video.dispatchEvent(new Event('progress'));
    expect(engine.bytes()).toBe(1);
    expect(engine.heard()).toBeLessThan(engine.heard());
  });

  it('tells where live is, and the time of day where the browser knows it', () => {
    expect(engine.timing()).toEqual({ leadS: 12, liveS: null, behindS: null, takenAtMs: null });
    video.seekableToS = 30;
    video.currentTime = 27;
    expect(engine.timing()).toEqual({ leadS: 12, liveS: 30, behindS: 3, takenAtMs: null });
    Object.assign(video, { getStartDate: () => new Date(1_000_000) });
    expect(engine.timing().takenAtMs).toBe(1_027_000);
    Object.assign(video, { getStartDate: () => new Date(NaN) });
    expect(engine.timing().takenAtMs).toBeNull();
  });

  it.each([
    [3, 200, { kind: 'decoder', text: 'so says the browser' }],
    [4, 200, { kind: 'decoder', text: 'so says the browser' }],
    [2, 200, { kind: 'network', text: '' }],
    [4, 404, { kind: 'absent', text: 'Nobody publishes.' }],
    [2, 403, { kind: 'denied', text: 'Nobody publishes.' }],
  ])('error %d with an address that answers %d is told apart', async (code, status, expected) => {
    await fails(code, () => new Response('{"message":"Nobody publishes."}', { status }));
    await over;
    expect(heard).toEqual([expected]);
  });

  it('blames the network where the address does not answer either', async () => {
    await fails(4, () => {
      throw new TypeError('Failed to fetch');
    });
    await over;
    expect(heard).toEqual([{ kind: 'network', text: '' }]);
  });

  it('reports nothing after it was stopped', async () => {
    let answer: (response: Response) => void = () => undefined;
    await fails(4, () => new Promise((resolve) => (answer = resolve)));
    engine.stop();
    answer(new Response('', { status: 404 }));
    await settled();
    expect(heard).toEqual([]);
  });
});
