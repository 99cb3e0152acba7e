import { afterEach, describe, expect, it, vi } from 'vitest';
import { FetchTransport, refusal, WebSocketTransport } from '../web/player/transport.ts';
import type { Failure } from '../web/player/state.ts';

afterEach(() => vi.unstubAllGlobals());

function recorder() {
  const heard: (string | number | Failure)[] = [];
  let failed: (failure: Failure) => void;
  const over = new Promise<Failure>((resolve) => (failed = resolve));
  const listener = {
    answered: () => heard.push('answered'),
    bytes: (chunk: ArrayBuffer) => heard.push(chunk.byteLength),
    failed: (failure: Failure) => {
      heard.push(failure);
      failed(failure);
    },
  };
  return { heard, over, listener };
}

function body(...chunks: Uint8Array<ArrayBuffer>[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

describe('a refusal', () => {
  it.each([
    [404, 'absent'], [410, 'absent'], [401, 'denied'], [403, 'denied'], [429, 'busy'], [503, 'busy'],
    [406, 'form'], [400, 'refused'], [405, 'refused'], [500, 'network'], [502, 'network'],
  ])('with %d means %s', async (status, kind) => {
    expect(await refusal(new Response('{"message":"so"}', { status }))).toEqual({ kind, text: 'so' });
  });

  it.each([
    ['{"reason":"not-found","message":"Nobody publishes."}', 'Nobody publishes.'],
    ['{"reason":"not-found"}', 'not-found'],
    ['{"error":"no"}', 'no'],
    ['<html>', ''], ['null', ''], ['{"message":7}', ''],
  ])('%s reads %j', async (text, expected) => {
    expect((await refusal(new Response(text, { status: 404 }))).text).toBe(expected);
  });

  it('says when to come again, within reason', async () => {
    const busy = (seconds: string) => refusal(new Response('', { status: 503, headers: { 'retry-after': seconds } }));
    expect(await busy('7')).toEqual({ kind: 'busy', text: '', retryAfterS: 7 });
    expect(await busy('86400')).toEqual({ kind: 'busy', text: '', retryAfterS: 60 });
    expect(await busy('Fri, 31 Dec 2027 23:59:59 GMT')).toEqual({ kind: 'busy', text: '' });
  });
});

describe('bytes by fetch', () => {
  it('arrive exactly, then end', async () => {
    const part = new Uint8Array([0, 1, 2, 3, 4]).subarray(1, 3);
    vi.stubGlobal('fetch', vi.fn(async () => new Response(body(new Uint8Array(5), part))));
    const { heard, over, listener } = recorder();
    new FetchTransport().open('http://x/a.flv', listener);
    await over;
    expect(heard).toEqual(['answered', 5, 2, { kind: 'ended', text: '' }]);
  });

  it('are not waited for where there is a refusal', async () => {
    vi.stubGlobal('fetch', vi.fn(async () => new Response('{}', { status: 404 })));
    const { heard, over, listener } = recorder();
    new FetchTransport().open('http://x/a.flv', listener);
    await over;
    expect(heard).toEqual([{ kind: 'absent', text: '' }]);
  });

  it('are not reported after close', async () => {
    let answer: (response: Response) => void = () => undefined;
    vi.stubGlobal('fetch', vi.fn(() => new Promise<Response>((resolve) => (answer = resolve))));
    const { heard, listener } = recorder();
    const transport = new FetchTransport();
    transport.open('http://x/a.flv', listener);
    transport.close();
    answer(new Response(body(new Uint8Array(5))));
    await new Promise((turn) => setTimeout(turn)); // every pending step of the transport has run
    expect(heard).toEqual([]);
  });
});

class FakeSocket {
  static last: FakeSocket;
  binaryType = '';
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { wasClean: boolean; reason: string }) => void) | null = null;
  closed = false;
  readonly url: string;

  constructor(url: string) {
    this.url = url;
    FakeSocket.last = this;
  }

  close() {
    this.closed = true;
  }
}

describe('bytes by WebSocket', () => {
  it('arrive, then end in good order or are cut', async () => {
    vi.stubGlobal('WebSocket', FakeSocket);
    for (const [wasClean, kind] of [[true, 'ended'], [false, 'network']] as const) {
      const { heard, over, listener } = recorder();
      new WebSocketTransport().open('ws://x/a.flv', listener);
      const socket = FakeSocket.last;
      expect(socket.binaryType).toBe('arraybuffer');
      socket.onopen?.();
      socket.onmessage?.({ data: new ArrayBuffer(4) });
      socket.onmessage?.({ data: 'text is not ours' });
      socket.onclose?.({ wasClean, reason: 'bye' });
      await over;
      expect(heard).toEqual(['answered', 4, { kind, text: 'bye' }]);
    }
  });

  it('that never came are explained over HTTP', async () => {
    vi.stubGlobal('WebSocket', FakeSocket);
    const fetch = vi.fn(async () => new Response('', { status: 404 }));
    vi.stubGlobal('fetch', fetch);
    const { heard, over, listener } = recorder();
    new WebSocketTransport().open('wss://x/a.flv', listener);
    FakeSocket.last.onclose?.({ wasClean: false, reason: '' });
    await over;
    expect(heard).toEqual([{ kind: 'absent', text: '' }]);
    expect(fetch).toHaveBeenCalledWith('https://x/a.flv', expect.objectContaining({ method: 'HEAD' }));
  });

  it('are not reported after close', () => {
    vi.stubGlobal('WebSocket', FakeSocket);
    const { heard, listener } = recorder();
    const transport = new WebSocketTransport();
    transport.open('ws://x/a.flv', listener);
    transport.close();
    expect(FakeSocket.last.closed).toBe(true);
    expect(FakeSocket.last.onclose).toBeNull();
    expect(heard).toEqual([]);
  });
});
