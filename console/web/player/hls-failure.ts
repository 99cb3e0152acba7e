/* What it means when hls.js has given up. */

import type { Failure } from './state.ts';
import { refusalOf } from './transport.ts';

/** The part of hls.js's error data that tells. */
export interface HlsFault {
  readonly type: string;
  readonly details: string;
  readonly error?: { readonly message: string };
  readonly response?: { readonly code?: number };
  /** The request itself. */
  readonly networkDetails?: unknown;
}

/** Playlists that the server refuses; a segment that it no longer has is no word about the stream. */
const OF_THE_STREAM = new Set(['manifestLoadError', 'levelLoadError', 'audioTrackLoadError']);
const CODEC = new Set([
  'manifestIncompatibleCodecsError',
  'bufferIncompatibleCodecsError',
  'bufferAddCodecError',
]);
const MAX_TEXT_CHARS = 200;

export function hlsFailure(fault: HlsFault): Failure {
  const text = (fault.error?.message ?? '').slice(0, MAX_TEXT_CHARS);
  if (CODEC.has(fault.details)) return { kind: 'codec', text };
  if (fault.type !== 'networkError') return { kind: 'decoder', text };
  const status = fault.response?.code ?? 0;
  if (status === 0 || !OF_THE_STREAM.has(fault.details)) return { kind: 'network', text: '' };
  const request = isRequest(fault.networkDetails) ? fault.networkDetails : null;
  return refusalOf(status, request?.responseText ?? '', request?.getResponseHeader('retry-after') ?? null);
}

/** An XMLHttpRequest for a text; what has no text must not even be asked for it. */
function isRequest(details: unknown): details is XMLHttpRequest {
  return (
    typeof details === 'object' &&
    details !== null &&
    'getResponseHeader' in details &&
    'responseType' in details &&
    (details.responseType === '' || details.responseType === 'text')
  );
}
