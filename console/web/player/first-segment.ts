/*
 * The playlists of a low-latency stream that has just begun list parts, and no segment yet. A player that does not
 * know parts finds nothing there; Chromium's own gives up for good, and does so as long as it cannot stay three
 * segments behind the newest, as players shall (RFC 8216, section 6.3.3). So it is given the address when there are
 * three in each of them.
 */

const SEGMENTS = 3;

/** No stream of ours has more playlists; of what has, the first ones tell enough. */
const MAX_PLAYLISTS = 32;

/**
 * Waits until each playlist that a multivariant playlist names lists enough segments: once, by a blocking request, as long
 * as that is answered. What does not answer is left to the player, which tells why.
 *
 * @param url of the multivariant playlist
 * @returns where that playlist is: the address to which the server has sent its viewer on
 */
export async function awaitSegments(url: string, signal: AbortSignal): Promise<string> {
  try {
    const index = await fetch(url, { cache: 'no-store', signal });
    const where = index.url || url;
    const playlists = mediaPlaylists(await index.text()).slice(0, MAX_PLAYLISTS);
    await Promise.all(playlists.map((playlist) => awaitSegment(new URL(playlist, where), signal)));
    return where;
  } catch {
    return url;
  }
}

async function awaitSegment(url: URL, signal: AbortSignal): Promise<void> {
  const response = await fetch(url, { cache: 'no-store', signal });
  const text = await response.text();
  if (!response.ok || (text.match(/^#EXTINF:/gm) ?? []).length >= SEGMENTS) return;
  const first = Number(/^#EXT-X-MEDIA-SEQUENCE:(\d+)/m.exec(text)?.[1] ?? '0');
  url.searchParams.set('_HLS_msn', String(first + SEGMENTS - 1));
  await (await fetch(url, { cache: 'no-store', signal })).text();
}

/** The addresses in a multivariant playlist, each once: of pictures, and of sound by itself. */
export function mediaPlaylists(text: string): readonly string[] {
  const found = text.split(/\r?\n/).map((line) =>
    line.startsWith('#EXT-X-MEDIA:') ? (/[:,]URI="([^"]*)"/.exec(line)?.[1] ?? '') : line.startsWith('#') ? '' : line,
  );
  return [...new Set(found.filter((address) => address !== ''))];
}
