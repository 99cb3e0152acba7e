/* What every engine is, whatever library does the work. */

import type { EngineId } from './engines.ts';
import { TARGET_LATENCY_S, type Failure } from './state.ts';

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

/** Something to choose from; `key` is its place, which it has on the next connection, too. */
export interface Choice {
  readonly key: string;
  readonly label: string;
}

/** What a viewer can choose within what is played. Lists of fewer than two are no choice. */
export interface Choices {
  /** Best first. */
  readonly qualities: readonly Choice[];
  /** The one that is played now; '' where that is not known. */
  readonly quality: string;
  /** The one that was asked for; '' while the engine chooses by what the network bears. */
  readonly wanted: string;
  readonly sounds: readonly Choice[];
  readonly sound: string;
}

export const NO_CHOICES: Choices = { qualities: [], quality: '', wanted: '', sounds: [], sound: '' };

/** Where the picture is on its way, as far as an engine knows. */
export interface Timing {
  /** It means to be so far behind the newest that has arrived. */
  readonly leadS: number;
  /** Where to play from to be live; null means `leadS` behind the newest that has arrived. */
  readonly liveS: number | null;
  /** So far the picture is behind live; null means as far as behind the newest that has arrived. */
  readonly behindS: number | null;
  /** When what is shown reached the server, by its clock, in ms since 1970; null where that is not told. */
  readonly takenAtMs: number | null;
}

/** Of a stream whose every byte is sent as soon as there is one. */
export const PUSHED: Timing = { leadS: TARGET_LATENCY_S, liveS: null, behindS: null, takenAtMs: null };

export interface Reports {
  answered(): void;
  /** It is known what there is to choose from. */
  ready?(): void;
  failed(failure: Failure): void;
}

/** Plays one connection in one element; made for one use. */
export interface Engine {
  /** Attaches to the element and begins to load. Playing is the caller's part. */
  start(video: HTMLVideoElement, reports: Reports): void;
  /** Detaches; nothing is reported any more. */
  stop(): void;
  /** Bytes of media that have arrived; where nobody counts them, any number that grows with them. */
  bytes(): number;
  /** Whether `bytes` are bytes. */
  readonly counts: boolean;
  /** Grows with each sign of the server, be it media or not. */
  heard(): number;
  timing(): Timing;
  facts(): MediaFacts;
  choices(): Choices;
  /** Plays this quality from now on; null lets the engine choose. What there is not changes nothing. */
  chooseQuality(key: string | null): void;
  chooseSound(key: string): void;
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
    case 'hls': {
      const { HlsEngine } = await import('./hls-engine.ts');
      return new HlsEngine(url);
    }
    case 'native-hls': {
      const { NativeHlsEngine } = await import('./native-hls-engine.ts');
      return new NativeHlsEngine(url);
    }
  }
}
