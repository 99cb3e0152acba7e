/*
 * How the bytes of an endless stream arrive: over fetch or over a WebSocket. Both tell apart what the
 * player has to know: answered, bytes, ended in good order, failed and why.
 */

import type { Failure } from './state.ts';

export interface Listener {
  answered(): void;
  bytes(chunk: ArrayBuffer): void;
  failed(failure: Failure): void;
}

export interface Transport {
  open(url: string, listener: Listener): void;
  /** Nothing is reported any more once this returns. */
  close(): void;
}

/** A refusal's body is read up to this many characters; more is no reason for a person. */
const MAX_REASON_CHARS = 300;

export class FetchTransport implements Transport {
  readonly #abort = new AbortController();

  open(url: string, listener: Listener): void {
    this.#run(url, listener).then(
      (failure) => this.#report(listener, failure),
      () => this.#report(listener, { kind: 'network', text: '' }),
    );
  }

  close(): void {
    this.#abort.abort();
  }

  async #run(url: string, listener: Listener): Promise<Failure> {
    const { signal } = this.#abort;
    const response = await fetch(url, { signal, cache: 'no-store' });
    if (signal.aborted) return { kind: 'ended', text: '' };
    if (!response.ok || response.body === null) return refusal(response);
    listener.answered();
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (signal.aborted || done) return { kind: 'ended', text: '' };
      listener.bytes(exact(value));
    }
  }

  #report(listener: Listener, failure: Failure): void {
    if (!this.#abort.signal.aborted) listener.failed(failure);
  }
}

export class WebSocketTransport implements Transport {
  #socket: WebSocket | null = null;
  #opened = false;

  open(url: string, listener: Listener): void {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      this.#opened = true;
      listener.answered();
    };
    socket.onmessage = (message) => {
      if (message.data instanceof ArrayBuffer) listener.bytes(message.data);
    };
    socket.onclose = (event) => {
      if (this.#opened) {
        listener.failed({ kind: event.wasClean ? 'ended' : 'network', text: event.reason });
      } else {
        void this.#whyRefused(url, listener);
      }
    };
    this.#socket = socket;
  }

  close(): void {
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  /** A WebSocket does not tell the status of its refusal; the same address over HTTP does. */
  async #whyRefused(url: string, listener: Listener): Promise<void> {
    const why = await refusalAt(url.replace(/^ws/, 'http'));
    if (this.#socket !== null) listener.failed(why ?? { kind: 'network', text: '' });
  }
}

/** Asks, without getting anything, why there is nothing to be had at an address; null when there is. */
export async function refusalAt(url: string, signal: AbortSignal | null = null): Promise<Failure | null> {
  try {
    const response = await fetch(url, { method: 'HEAD', cache: 'no-store', signal });
    return response.ok ? null : await refusal(response);
  } catch {
    return { kind: 'network', text: '' };
  }
}

/** What an answer that is no success means. */
export async function refusal(response: Response): Promise<Failure> {
  const body = await response.text().catch(() => '');
  return refusalOf(response.status, body, response.headers.get('retry-after'));
}

/** What a status and the server's JSON (`reason`, `message` or `error`) mean. */
export function refusalOf(status: number, body: string, retryAfter: string | null): Failure {
  const text = reasonOf(body);
  const afterS = Number(retryAfter ?? NaN);
  switch (true) {
    case status === 404 || status === 410:
      return { kind: 'absent', text };
    case status === 401 || status === 403:
      return { kind: 'denied', text };
    case status === 429 || status === 503:
      return Number.isFinite(afterS)
        ? { kind: 'busy', text, retryAfterS: Math.min(afterS, 60) }
        : { kind: 'busy', text };
    case status === 406:
      return { kind: 'form', text };
    case status >= 400 && status < 500:
      return { kind: 'refused', text };
    default:
      return { kind: 'network', text };
  }
}

function reasonOf(body: string): string {
  try {
    const json: unknown = JSON.parse(body);
    if (typeof json !== 'object' || json === null) return '';
    const { message, text, reason, error } = json as Record<string, unknown>;
    const found = [message, text, reason, error].find((value) => typeof value === 'string');
    return (found as string | undefined)?.slice(0, MAX_REASON_CHARS) ?? '';
  } catch {
    return '';
  }
}

/** The chunk as a buffer of exactly its bytes; copied only where it is part of a larger one. */
function exact(chunk: Uint8Array): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = chunk;
  if (buffer instanceof ArrayBuffer && byteOffset === 0 && byteLength === buffer.byteLength) return buffer;
  return chunk.slice().buffer as ArrayBuffer;
}
