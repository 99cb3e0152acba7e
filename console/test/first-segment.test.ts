import { afterEach, describe, expect, it, vi } from 'vitest';
import { awaitSegments, mediaPlaylists } from '../web/player/first-segment.ts';

const INDEX = `#EXTM3U
#EXT-X-VERSION:9
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="1",DEFAULT=YES,URI="index.a0.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="in the pictures' own"
#EXT-X-STREAM-INF:BANDWIDTH=1000,AUDIO="a"
index.v0.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=2000,AUDIO="a"
index.v0.m3u8
`;
const PARTS = '#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:7\n#EXT-X-PART:DURATION=0.5,URI="p"\n';
const TWO = '#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:7\n' + '#EXTINF:2,\ns\n'.repeat(2);
const SEGMENT = TWO + '#EXTINF:2,\ns\n';

const never = new AbortController().signal;

/** A server that has these answers, and says what it was asked. */
function serves(answers: Record<string, string>, refused: readonly string[] = []): string[] {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (address: string | URL) => {
    const url = new URL(address);
    asked.push(url.pathname + url.search);
    const name = url.pathname.split('/').at(-1) ?? '';
    return new Response(answers[name] ?? '', { status: refused.includes(name) ? 404 : 200 });
  });
  return asked;
}

afterEach(() => vi.unstubAllGlobals());

describe('segments to begin with', () => {
  it('finds the playlists of pictures and sound, each once', () => {
    expect(mediaPlaylists(INDEX)).toEqual(['index.a0.m3u8', 'index.v0.m3u8']);
    expect(mediaPlaylists(INDEX.replaceAll('\n', '\r\n'))).toEqual(['index.a0.m3u8', 'index.v0.m3u8']);
    expect(mediaPlaylists('')).toEqual([]);
  });

  it('does not wait where there are three', async () => {
    const asked = serves({ 'index.m3u8': INDEX, 'index.a0.m3u8': SEGMENT, 'index.v0.m3u8': SEGMENT });
    expect(await awaitSegments('http://x/s/1/a/index.m3u8', never)).toBe('http://x/s/1/a/index.m3u8');
    expect(asked).toEqual(['/s/1/a/index.m3u8', '/s/1/a/index.a0.m3u8', '/s/1/a/index.v0.m3u8']);
  });

  it.each([PARTS, TWO])('waits for the third one where there are less', async (playlist) => {
    const asked = serves({ 'index.m3u8': INDEX, 'index.a0.m3u8': SEGMENT, 'index.v0.m3u8': playlist });
    await awaitSegments('http://x/a/index.m3u8', never);
    expect(asked.at(-1)).toBe('/a/index.v0.m3u8?_HLS_msn=9');
    expect(asked).toHaveLength(4);
  });

  it('leaves to the player what is refused', async () => {
    const asked = serves({ 'index.m3u8': INDEX }, ['index.v0.m3u8', 'index.a0.m3u8']);
    await awaitSegments('http://x/a/index.m3u8', never);
    expect(asked).toHaveLength(3);
  });

  it('leaves to the player what is not to be reached', async () => {
    vi.stubGlobal('fetch', async () => {
      throw new TypeError('Failed to fetch');
    });
    expect(await awaitSegments('http://x/a/index.m3u8', never)).toBe('http://x/a/index.m3u8');
  });
});
