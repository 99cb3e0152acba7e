/* Measures a connection by what the server sends and takes. */

import { Meter } from './meter.ts';

const DOWN = '/sluice/v1/bandwidth/down';
const UP = '/sluice/v1/bandwidth/up';
const SECONDS = 6;

/** The server takes 1 MiB in one request. */
const PIECE_BYTES = 512 * 1024;

/** While one piece is answered another is under way. */
const PIECES_AT_A_TIME = 3;

/** What the server says instead of measuring. */
export class Refused extends Error {}

export type Progress = (bitsPerSecond: number | null, share: number) => void;

/** Bits a second from the server; null when nothing came. */
export async function measureDown(
  query: URLSearchParams, progress: Progress, signal: AbortSignal,
): Promise<number | null> {
  const asked = new URLSearchParams(query);
  asked.set('seconds', String(SECONDS));
  const response = await fetch(`${DOWN}?${asked}`, { cache: 'no-store', signal });
  if (!response.ok || response.body === null) throw await refused(response);
  const beganMs = performance.now();
  const meter = new Meter(beganMs);
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return meter.rate();
    const nowMs = performance.now();
    meter.add(value.byteLength, nowMs);
    progress(meter.rate(), Math.min(1, (nowMs - beganMs) / (SECONDS * 1_000)));
  }
}

/** Bits a second to the server; null when nothing was taken. */
export async function measureUp(
  query: URLSearchParams, progress: Progress, signal: AbortSignal,
): Promise<number | null> {
  const asked = String(query) === '' ? UP : `${UP}?${query}`;
  const piece = noise(PIECE_BYTES);
  const beganMs = performance.now();
  const endMs = beganMs + SECONDS * 1_000;
  const meter = new Meter(beganMs);
  const send = async () => {
    while (performance.now() < endMs) {
      const response = await fetch(asked, {
        method: 'POST',
        body: piece,
        headers: { 'Content-Type': 'application/octet-stream' },
        cache: 'no-store',
        signal,
      });
      if (!response.ok) throw await refused(response);
      const nowMs = performance.now();
      meter.add(PIECE_BYTES, nowMs);
      progress(meter.rate(), Math.min(1, (nowMs - beganMs) / (SECONDS * 1_000)));
    }
  };
  await Promise.all(Array.from({ length: PIECES_AT_A_TIME }, send));
  return meter.rate();
}

async function refused(response: Response): Promise<Refused> {
  try {
    const body = (await response.json()) as { error?: { message?: unknown } };
    const message = body.error?.message;
    if (typeof message === 'string') return new Refused(message);
  } catch {
    // no words of the server's
  }
  return new Refused(`the server answers ${response.status}`);
}

/** Bytes that nothing on the way can make shorter. */
function noise(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65_536) {
    crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  }
  return bytes;
}
