/* What every engine is, whatever library does the work. */

import type { EngineId } from './engines.ts';
import type { Failure } from './state.ts';

/** What is known about the media; 0 and '' where it is not (yet). */
export interface MediaFacts {
  readonly videoCodec: string;
  readonly audioCodec: string;
  readonly framesPerSecond: number;
  readonly audioHz: number;
  readonly audioChannels: number;
}

export const NO_FACTS: MediaFacts = {
  videoCodec: '',
  audioCodec: '',
  framesPerSecond: 0,
  audioHz: 0,
  audioChannels: 0,
};

export interface Reports {
  answered(): void;
  failed(failure: Failure): void;
}

/** Plays one connection in one element; made for one use. */
export interface Engine {
  /** Attaches to the element and begins to load. Playing is the caller's part. */
  start(video: HTMLVideoElement, reports: Reports): void;
  /** Detaches; nothing is reported any more. */
  stop(): void;
  /** Bytes of the stream that have arrived. */
  bytes(): number;
  facts(): MediaFacts;
}

/** Loads the engine's code, which is a file of its own, and makes one for the address. */
export async function loadEngine(id: EngineId, url: string): Promise<Engine> {
  switch (id) {
    case 'http-flv':
    case 'ws-flv': {
      const [{ MpegtsEngine }, { FetchTransport, WebSocketTransport }] = await Promise.all([
        import('./mpegts-engine.ts'),
        import('./transport.ts'),
      ]);
      return new MpegtsEngine(url, id === 'ws-flv' ? new WebSocketTransport() : new FetchTransport());
    }
  }
}
