/* Addresses of one stream, all derived from where the page itself was loaded, or from what the server says. */

import { pathOf } from './stream-name.ts';

export const DEFAULT_RTMP_PORT = 1935;

/** The part of `window.location` that addresses are made from. */
export interface Place {
  readonly protocol: string;
  readonly host: string;
  readonly hostname: string;
}

export interface EmbedOptions {
  readonly autoplay: boolean;
  readonly muted: boolean;
  readonly controls: boolean;
}

/** Where others reach the server: as it says itself, else where the page came from. */
export function advertised(place: Place, http: string): Place {
  if (!URL.canParse(http)) return place;
  const url = new URL(http);
  return ['http:', 'https:'].includes(url.protocol)
    ? { protocol: url.protocol, host: url.host, hostname: url.hostname }
    : place;
}

const OWN_PARAMETERS = new Set(
  ['stream', 'embed', 'autoplay', 'muted', 'mute', 'controls', 'stats', 'engine'],
);

/** Query parameters that are meant for the media (a token, say), not for the page; with `?`, or ''. */
export function mediaQuery(query: URLSearchParams): string {
  const kept = [...query].filter(([key]) => !OWN_PARAMETERS.has(key));
  return kept.length === 0 ? '' : `?${new URLSearchParams(kept)}`;
}

export function playerPath(name: string): string {
  return `/player/${pathOf(name)}`;
}

export function playerUrl(place: Place, name: string): string {
  return `${place.protocol}//${place.host}${playerPath(name)}`;
}

export function httpFlvUrl(place: Place, name: string, query = ''): string {
  return `${place.protocol}//${place.host}/${pathOf(name)}.flv${query}`;
}

export function webSocketFlvUrl(place: Place, name: string, query = ''): string {
  const scheme = place.protocol === 'https:' ? 'wss:' : 'ws:';
  return `${scheme}//${place.host}/${pathOf(name)}.flv${query}`;
}

/** The multivariant playlist of low-latency HLS. */
export function hlsUrl(place: Place, name: string, query = ''): string {
  return `${place.protocol}//${place.host}/${pathOf(name)}/index.m3u8${query}`;
}

/**
 * `rtmp://host[:port]/app/stream`. A vhost travels as the parameter that RTMP servers agree on. The
 * port is left out where it is RTMP's own. `server` is what the server says of itself, or empty.
 */
export function rtmpUrl(place: Place, name: string, port = DEFAULT_RTMP_PORT, server = ''): string {
  const mark = name.indexOf('!');
  const vhost = mark < 0 ? '' : `?vhost=${encodeURIComponent(name.slice(0, mark))}`;
  return `${rtmpHost(place, port, server)}/${pathOf(name.slice(mark + 1))}${vhost}`;
}

/** `rtmp://host[:port]`, for the server field of an encoder. */
export function rtmpHost(place: Place, port = DEFAULT_RTMP_PORT, server = ''): string {
  if (/^rtmps?:\/\//.test(server)) return server;
  return `rtmp://${place.hostname}${port === DEFAULT_RTMP_PORT ? '' : `:${port}`}`;
}

/** The player in an iframe; options that equal their default are left out. */
export function embedUrl(place: Place, name: string, options: EmbedOptions): string {
  const query = new URLSearchParams({ embed: '1' });
  if (!options.autoplay) query.set('autoplay', '0');
  if (options.muted) query.set('muted', '1');
  if (!options.controls) query.set('controls', '0');
  return `${playerUrl(place, name)}?${query}`;
}

export function embedCode(place: Place, name: string, options: EmbedOptions): string {
  const src = embedUrl(place, name, options).replaceAll('&', '&amp;');
  return (
    `<iframe src="${src}" title="${name}" width="640" height="360" style="border:0" ` +
    'allow="autoplay; fullscreen; picture-in-picture" allowfullscreen></iframe>'
  );
}

/** Reads an option of the page's address: `1`, `true`, `yes`, `on` or nothing at all mean yes. */
export function flag(query: URLSearchParams, names: readonly string[], otherwise: boolean): boolean {
  const value = names.map((name) => query.get(name)).find((found) => found !== null);
  if (value === undefined || value === null) return otherwise;
  return ['', '1', 'true', 'yes', 'on'].includes(value.toLowerCase());
}
