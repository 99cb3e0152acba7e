import { afterEach, describe, expect, it, vi } from 'vitest';
import { fetchLive, parseListing } from '../web/shared/live.ts';

const DEMO = {
  name: 'live/demo', viewers: 3, video: 'h264 1280x720 25 fps', audio: 'aac 48000 Hz stereo',
  bitrateBps: 500_000, sinceMs: 12_345,
};

afterEach(() => vi.unstubAllGlobals());

function answering(status: number, body: string) {
  vi.stubGlobal('fetch', vi.fn(async () => new Response(body, { status })));
  return fetchLive(new AbortController().signal);
}

describe('the list', () => {
  it('is read whole', () => {
    const said = { http: 'https://tv.example', rtmp: 'rtmp://in.example', demo: true };
    expect(parseListing({ streams: [DEMO], rtmpPort: 1936, ...said })).toEqual({
      is: 'listed', streams: [DEMO], rtmpPort: 1936, ...said,
    });
  });

  it.each([null, 7, [], {}, { streams: 'x' }, { streams: [null, 3, { viewers: 1 }] }])(
    'is empty for %j',
    (body) => expect(parseListing(body)).toEqual({
      is: 'listed', streams: [], rtmpPort: 1935, http: '', rtmp: '', demo: false,
    }),
  );

  it('has defaults for what a stream lacks', () => {
    expect(parseListing({ streams: [{ name: 'a', viewers: 'many', future: 1 }] })).toMatchObject({
      streams: [{ name: 'a', viewers: 0, video: '', audio: '', bitrateBps: 0, sinceMs: 0 }],
    });
  });

  it.each([[200, '{}', 'listed'], [404, '', 'not-listed'], [403, '', 'not-listed'], [500, '', 'unreachable'], [200, 'no json', 'unreachable']])(
    'answered by %d %j is %s',
    async (status, body, is) => expect((await answering(status, body)).is).toBe(is),
  );

  it('is unreachable without an answer', async () => {
    vi.stubGlobal('fetch', vi.fn(async () => Promise.reject(new TypeError('refused'))));
    expect(await fetchLive(new AbortController().signal)).toEqual({ is: 'unreachable' });
  });
});
