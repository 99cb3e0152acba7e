/*
 * What is live, as the server lists it: `GET /sluice/v1/live`. The answer is read with care, because
 * a page may be older or younger than the server: unknown fields are ignored, missing ones have defaults.
 */

import { DEFAULT_RTMP_PORT } from './addresses.ts';

export interface LiveStream {
  readonly name: string;
  readonly viewers: number;
  /** As the server words it, e.g. `h264 1280x720 25 fps`; empty when there is no such track. */
  readonly video: string;
  readonly audio: string;
  readonly bitrateBps: number;
  /** How long it has been live. */
  readonly sinceMs: number;
}

export type Listing =
  | {
      is: 'listed';
      streams: readonly LiveStream[];
      rtmpPort: number;
      /** Where others reach the server, where it says so; empty for where the page came from. */
      http: string;
      rtmp: string;
      demo: boolean;
    }
  | { is: 'not-listed' }
  | { is: 'unreachable' };

export async function fetchLive(signal: AbortSignal): Promise<Listing> {
  let response: Response;
  try {
    response = await fetch('/sluice/v1/live', { signal, cache: 'no-store' });
  } catch {
    return { is: 'unreachable' };
  }
  if ([401, 403, 404].includes(response.status)) return { is: 'not-listed' };
  if (!response.ok) return { is: 'unreachable' };
  try {
    return parseListing(await response.json());
  } catch {
    return { is: 'unreachable' };
  }
}

export function parseListing(body: unknown): Listing {
  const root = record(body);
  const streams = Array.isArray(root.streams) ? root.streams : [];
  return {
    is: 'listed',
    streams: streams.map(parseStream).filter((stream) => stream.name !== ''),
    rtmpPort: number(root.rtmpPort, DEFAULT_RTMP_PORT),
    http: text(root.http),
    rtmp: text(root.rtmp),
    demo: root.demo === true,
  };
}

function parseStream(value: unknown): LiveStream {
  const stream = record(value);
  return {
    name: text(stream.name),
    viewers: number(stream.viewers, 0),
    video: text(stream.video),
    audio: text(stream.audio),
    bitrateBps: number(stream.bitrateBps, 0),
    sinceMs: number(stream.sinceMs, 0),
  };
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function number(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
