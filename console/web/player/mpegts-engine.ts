/* FLV in a browser: mpegts.js turns it into fragmented MP4; the bytes come by a transport of ours. */

import Mpegts from 'mpegts.js';
import { FlvOpening } from './flv-opening.ts';
import { NO_CHOICES, NO_FACTS, PUSHED, type Choices, type Engine, type MediaFacts, type Reports, type Timing } from './engine.ts';
import { TARGET_LATENCY_S, type Failure } from './state.ts';
import type { Transport } from './transport.ts';

type LoaderError = (type: string, info: { code: number; msg: string }) => void;

Mpegts.LoggingControl.applyConfig({ enableAll: false });

export class MpegtsEngine implements Engine {
  readonly counts = true;
  readonly #url: string;
  readonly #transport: Transport;
  #player: Mpegts.Player | null = null;
  #bytes = 0;
  #facts: MediaFacts = NO_FACTS;

  constructor(url: string, transport: Transport) {
    this.#url = url;
    this.#transport = transport;
  }

  start(video: HTMLVideoElement, reports: Reports): void {
    const player = Mpegts.createPlayer(
      { type: 'flv', isLive: true, url: this.#url },
      {
        // No worker: it would need `worker-src blob:`, and unpacking FLV costs next to nothing.
        enableWorker: false,
        enableStashBuffer: false,
        lazyLoad: false,
        deferLoadAfterSourceOpen: true,
        autoCleanupSourceBuffer: true,
        autoCleanupMaxBackwardDuration: 60,
        autoCleanupMinBackwardDuration: 30,
        // A little behind is caught up by playing faster; far behind is jumped by the state machine.
        liveSync: true,
        liveSyncTargetLatency: TARGET_LATENCY_S,
        liveSyncMaxLatency: TARGET_LATENCY_S * 1.5,
        liveSyncPlaybackRate: 1.1,
        customLoader: this.#loaderClass(reports),
      },
    );
    player.on(Mpegts.Events.ERROR, (type: string, detail: string, info: unknown) => {
      // What the connection did was reported by the transport already.
      if (type === Mpegts.ErrorTypes.MEDIA_ERROR) reports.failed(mediaFailure(detail, info));
    });
    player.on(Mpegts.Events.MEDIA_INFO, (info: Mpegts.MSEPlayerMediaInfo) => {
      this.#facts = {
        videoCodec: info.videoCodec ?? '',
        audioCodec: info.audioCodec ?? '',
        framesPerSecond: info.fps ?? 0,
        audioHz: Number(info.audioSampleRate ?? 0),
        audioChannels: Number(info.audioChannelCount ?? 0),
      };
    });
    this.#player = player;
    player.attachMediaElement(video);
    player.load();
  }

  stop(): void {
    this.#transport.close();
    this.#player?.destroy();
    this.#player = null;
  }

  bytes(): number {
    return this.#bytes;
  }

  heard(): number {
    return this.#bytes;
  }

  timing(): Timing {
    return PUSHED;
  }

  facts(): MediaFacts {
    return this.#facts;
  }

  choices(): Choices {
    return NO_CHOICES;
  }

  chooseQuality(): void {}

  chooseSound(): void {}

  /** mpegts.js makes its loader itself, from a class; this one closes over the engine. */
  #loaderClass(reports: Reports): Mpegts.CustomLoaderConstructor {
    const transport = this.#transport;
    const heard = (count: number) => (this.#bytes += count);
    const Base = Mpegts.BaseLoader;

    class Loader extends Base {
      constructor() {
        super('sluice');
      }

      override open(source: Mpegts.MediaSegment): void {
        this._status = Mpegts.LoaderStatus.kConnecting;
        const opening = new FlvOpening();
        let received = 0;
        transport.open(source.url, {
          answered: () => {
            this._status = Mpegts.LoaderStatus.kBuffering;
            reports.answered();
          },
          bytes: (chunk) => {
            heard(chunk.byteLength);
            const ready = opening.feed(chunk, performance.now());
            if (ready === null) return;
            const start = received;
            received += ready.byteLength;
            this.onDataArrival(ready, start, received);
          },
          failed: (failure) => {
            this._status = Mpegts.LoaderStatus.kError;
            const tell = this.onError as unknown as LoaderError;
            tell(Mpegts.LoaderErrors.EXCEPTION, { code: -1, msg: failure.kind });
            reports.failed(failure);
          },
        });
      }

      override abort(): void {
        transport.close();
        this._status = Mpegts.LoaderStatus.kComplete;
      }

      override destroy(): void {
        transport.close();
        super.destroy();
      }
    }
    return Loader;
  }
}

function mediaFailure(detail: string, info: unknown): Failure {
  const text =
    typeof info === 'object' && info !== null && 'msg' in info ? String(info.msg).slice(0, 200) : '';
  const codec =
    detail === Mpegts.ErrorDetails.MEDIA_CODEC_UNSUPPORTED ||
    (detail === Mpegts.ErrorDetails.MEDIA_MSE_ERROR && /type|codec|supported/i.test(text));
  return { kind: codec ? 'codec' : 'decoder', text };
}
