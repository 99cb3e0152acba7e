/*
 * The ways in which a stream can be played here. An engine is chosen by what the server offers and
 * what the browser can do; the first that fits is tried first, the next one when it cannot get through.
 * A further engine is one more entry in CATALOGUE, and its module in loadEngine.
 */

import { hlsUrl, httpFlvUrl, webSocketFlvUrl, type Place } from '../shared/addresses.ts';

export type EngineId = 'http-flv' | 'ws-flv' | 'hls' | 'native-hls';

/** What matters of a browser. */
export interface Abilities {
  /** Media Source Extensions (or Apple's managed form) with H.264 in MP4. */
  readonly mediaSource: boolean;
  /** `fetch` whose body can be read while it arrives. */
  readonly streamingFetch: boolean;
  readonly webSocket: boolean;
  /** A video element plays HLS by itself. */
  readonly nativeHls: boolean;
}

interface Entry {
  readonly id: EngineId;
  readonly label: string;
  /** What of the stream it plays: what one engine of a form cannot play, the others of it cannot either. */
  readonly form: string;
  /** What a viewer may call it in the page's address, to have no other. */
  readonly names: readonly string[];
  fits(abilities: Abilities): boolean;
  url(place: Place, stream: string, query: string): string;
}

/**
 * Best first. WebSocket comes second: it passes proxies that hold back an endless response. HLS, which is
 * later by a second or so, passes whatever passes pages. A browser's own is for those without a media
 * source, since nobody can tell how it fares.
 */
const CATALOGUE: readonly Entry[] = [
  {
    id: 'http-flv',
    form: 'flv',
    label: 'HTTP-FLV',
    names: ['http-flv'],
    fits: (can) => can.mediaSource && can.streamingFetch,
    url: httpFlvUrl,
  },
  {
    id: 'ws-flv',
    form: 'flv',
    label: 'WebSocket-FLV',
    names: ['ws-flv'],
    fits: (can) => can.mediaSource && can.webSocket,
    url: webSocketFlvUrl,
  },
  {
    id: 'hls',
    form: 'hls',
    label: 'HLS',
    names: ['hls'],
    fits: (can) => can.mediaSource,
    url: hlsUrl,
  },
  {
    id: 'native-hls',
    form: 'native-hls',
    label: 'HLS, by the browser',
    names: ['hls', 'native-hls'],
    fits: (can) => can.nativeHls && !can.mediaSource,
    url: hlsUrl,
  },
];

/** Whether the page's address can ask for an engine by this name. */
export function isEngineName(asked: string | null): asked is string {
  return asked !== null && CATALOGUE.some((entry) => entry.names.includes(asked));
}

/**
 * The engines to try, best first; empty when this browser can play nothing that is offered.
 *
 * @param asked what the page's address asks for; a name that means nothing here is passed over
 */
export function chooseEngines(
  offered: readonly EngineId[],
  abilities: Abilities,
  asked: string | null = null,
): readonly EngineId[] {
  // who asks for the browser's own HLS gets it beside a media source, too
  const can = asked === 'native-hls' ? { ...abilities, mediaSource: false } : abilities;
  return CATALOGUE.filter((entry) => offered.includes(entry.id) && entry.fits(can))
    .filter((entry) => !isEngineName(asked) || entry.names.includes(asked))
    .map((entry) => entry.id);
}

/**
 * What a viewer may choose by hand: a browser's own HLS beside a media source, too, which is never taken by
 * itself.
 */
export function choosableEngines(offered: readonly EngineId[], abilities: Abilities): readonly EngineId[] {
  const own = abilities.nativeHls ? chooseEngines(offered, abilities, 'native-hls') : [];
  return [...new Set([...chooseEngines(offered, abilities), ...own])];
}

export function engineForm(id: EngineId): string {
  return entry(id).form;
}

export function engineUrl(id: EngineId, place: Place, stream: string, query: string): string {
  return entry(id).url(place, stream, query);
}

export function engineLabel(id: EngineId): string {
  return entry(id).label;
}

/** What every Sluice server offers today. */
export const OFFERED: readonly EngineId[] = ['http-flv', 'ws-flv', 'hls', 'native-hls'];

export function abilitiesOf(window: Window & typeof globalThis): Abilities {
  const source =
    'ManagedMediaSource' in window
      ? (window.ManagedMediaSource as typeof MediaSource)
      : (window.MediaSource as typeof MediaSource | undefined);
  return {
    mediaSource: source?.isTypeSupported('video/mp4; codecs="avc1.42E01E"') ?? false,
    streamingFetch: 'ReadableStream' in window && 'body' in Response.prototype,
    webSocket: 'WebSocket' in window,
    nativeHls: window.document.createElement('video').canPlayType('application/vnd.apple.mpegurl') !== '',
  };
}

function entry(id: EngineId): Entry {
  const found = CATALOGUE.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no engine ${id}`);
  return found;
}
