/*
 * The ways in which a stream can be played here. An engine is chosen by what the server offers and
 * what the browser can do; the first that fits is tried first, the next one when it cannot get through.
 * A further engine is one more entry in CATALOGUE, and its module in engine-loader.ts.
 */

import { httpFlvUrl, webSocketFlvUrl, type Place } from '../shared/addresses.ts';

export type EngineId = 'http-flv' | 'ws-flv';

/** What matters of a browser. */
export interface Abilities {
  /** Media Source Extensions (or Apple's managed form) with H.264 in MP4. */
  readonly mediaSource: boolean;
  /** `fetch` whose body can be read while it arrives. */
  readonly streamingFetch: boolean;
  readonly webSocket: boolean;
}

interface Entry {
  readonly id: EngineId;
  readonly label: string;
  fits(abilities: Abilities): boolean;
  url(place: Place, stream: string, query: string): string;
}

/** Best first. WebSocket comes second: it passes proxies that hold back an endless response. */
const CATALOGUE: readonly Entry[] = [
  {
    id: 'http-flv',
    label: 'HTTP-FLV',
    fits: (can) => can.mediaSource && can.streamingFetch,
    url: httpFlvUrl,
  },
  {
    id: 'ws-flv',
    label: 'WebSocket-FLV',
    fits: (can) => can.mediaSource && can.webSocket,
    url: webSocketFlvUrl,
  },
];

/** The engines to try, best first; empty when this browser can play nothing that is offered. */
export function chooseEngines(offered: readonly EngineId[], abilities: Abilities): readonly EngineId[] {
  return CATALOGUE.filter((entry) => offered.includes(entry.id) && entry.fits(abilities)).map(
    (entry) => entry.id,
  );
}

export function engineUrl(id: EngineId, place: Place, stream: string, query: string): string {
  return entry(id).url(place, stream, query);
}

export function engineLabel(id: EngineId): string {
  return entry(id).label;
}

/** What every Sluice server offers today. */
export const OFFERED: readonly EngineId[] = ['http-flv', 'ws-flv'];

export function abilitiesOf(window: Window & typeof globalThis): Abilities {
  const source =
    'ManagedMediaSource' in window
      ? (window.ManagedMediaSource as typeof MediaSource)
      : (window.MediaSource as typeof MediaSource | undefined);
  return {
    mediaSource: source?.isTypeSupported('video/mp4; codecs="avc1.42E01E"') ?? false,
    streamingFetch: 'ReadableStream' in window && 'body' in Response.prototype,
    webSocket: 'WebSocket' in window,
  };
}

function entry(id: EngineId): Entry {
  const found = CATALOGUE.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no engine ${id}`);
  return found;
}
