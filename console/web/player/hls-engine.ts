/* Low-latency HLS by hls.js. */

import Hls, { type LevelDetails } from 'hls.js';
import { NO_FACTS, NO_CHOICES, PUSHED, type Choices, type Engine, type MediaFacts, type Reports, type Timing } from './engine.ts';
import { hlsChoices } from './hls-choices.ts';
import { hlsFailure } from './hls-failure.ts';
import { TARGET_LATENCY_S } from './state.ts';
import { refusalAt } from './transport.ts';

/** What was played is kept for so long. */
const BACK_S = 60;
/** A stall moves the target back by so much: a network that has faltered will do so again. */
const AFTER_STALL_S = 0.5;
/** A playlist that grows so much later than it does: nobody delivered, and the network was not to blame for the stall. */
const AWAY_MS = 2_000;

export class HlsEngine implements Engine {
  readonly counts = true;
  readonly #url: string;
  readonly #abort = new AbortController();
  #hls: Hls | null = null;
  #bytes = 0;
  #heard = 0;
  #grownAtMs: number | null = null;
  #beforeGap = false;

  constructor(url: string) {
    this.#url = url;
  }

  start(video: HTMLVideoElement, reports: Reports): void {
    const hls = new Hls({
      // No worker: it would need `worker-src blob:`, and there is no transport stream to take apart.
      enableWorker: false,
      lowLatencyMode: true,
      // A little late is caught up by playing faster; far behind is jumped by the state machine.
      maxLiveSyncPlaybackRate: 1.1,
      liveSyncOnStallIncrease: AFTER_STALL_S,
      liveDurationInfinity: true,
      backBufferLength: BACK_S,
      // The state machine tries again, and says so meanwhile.
      manifestLoadPolicy: {
        default: { maxTimeToFirstByteMs: Infinity, maxLoadTimeMs: 20_000, timeoutRetry: null, errorRetry: null },
      },
    });
    const { Events } = Hls;
    const heard = () => void this.#heard++;
    hls.on(Events.MANIFEST_LOADED, heard);
    hls.on(Events.MANIFEST_PARSED, () => reports.ready?.());
    hls.on(Events.AUDIO_TRACKS_UPDATED, () => reports.ready?.());
    hls.on(Events.LEVEL_LOADED, heard);
    hls.on(Events.AUDIO_TRACK_LOADED, heard);
    hls.on(Events.FRAG_LOADED, (_, { payload }) => {
      heard();
      this.#bytes += payload.byteLength;
    });
    hls.on(Events.LEVEL_UPDATED, (_, { details }) => {
      if (details.advanced) this.#grown(hls, details);
      if (this.#beforeGap) this.#leaveGap(hls, video, details);
    });
    hls.on(Events.ERROR, (_, fault) => {
      if ((fault.response?.code ?? 0) > 0) heard();
      if (fault.details === Hls.ErrorDetails.FRAG_GAP) this.#beforeGap = true;
      if (fault.fatal) reports.failed(hlsFailure(fault));
    });
    this.#hls = hls;
    hls.attachMedia(video);
    void this.#load(hls, reports);
  }

  /** A playlist of a stream that is not there yet is held back for long; whether it is, is told at once. */
  async #load(hls: Hls, reports: Reports): Promise<void> {
    const failure = await refusalAt(this.#url, this.#abort.signal);
    if (this.#abort.signal.aborted) return;
    if (failure !== null) {
      reports.failed(failure);
      return;
    }
    reports.answered();
    hls.loadSource(this.#url);
  }

  /** The playlist has grown; after a longer pause the target is again what the server recommends. */
  #grown(hls: Hls, details: LevelDetails): void {
    const nowMs = performance.now();
    const usualMs = (details.partTarget || details.targetduration) * 1_000;
    const paused = this.#grownAtMs !== null && nowMs - this.#grownAtMs > usualMs + AWAY_MS;
    this.#grownAtMs = nowMs;
    const holdBackS = details.partHoldBack || details.holdBack;
    if (paused && holdBackS > 0) hls.targetLatency = holdBackS;
  }

  /**
   * Goes on behind a gap. Where nothing but parts is behind it, hls.js asks for the gap itself again and
   * again, at growing intervals.
   */
  #leaveGap(hls: Hls, video: HTMLVideoElement, details: LevelDetails): void {
    const endS = details.fragments.filter((fragment) => fragment.gap === true).at(-1)?.end ?? 0;
    const liveS = hls.liveSyncPosition;
    const passed = video.currentTime >= endS;
    if (!passed && (liveS === null || liveS < endS)) return;
    this.#beforeGap = false;
    if (!passed && liveS !== null) video.currentTime = liveS;
  }

  stop(): void {
    this.#abort.abort();
    this.#hls?.destroy();
    this.#hls = null;
  }

  bytes(): number {
    return this.#bytes;
  }

  heard(): number {
    return this.#heard;
  }

  timing(): Timing {
    const hls = this.#hls;
    if (hls === null) return PUSHED;
    return {
      leadS: Math.max(hls.targetLatency ?? 0, TARGET_LATENCY_S),
      liveS: hls.liveSyncPosition,
      behindS: hls.latency > 0 ? hls.latency : null,
      takenAtMs: hls.playingDate?.getTime() ?? null,
    };
  }

  facts(): MediaFacts {
    const hls = this.#hls;
    const level = hls?.levels[Math.max(hls.currentLevel, 0)];
    if (hls === null || level === undefined) return NO_FACTS;
    return {
      videoCodec: level.videoCodec ?? '',
      audioCodec: level.audioCodec ?? '',
      framesPerSecond: level.frameRate,
      audioHz: 0,
      audioChannels: Number.parseInt(hls.audioTracks[hls.audioTrack]?.channels ?? '0', 10),
    };
  }

  choices(): Choices {
    return this.#hls === null ? NO_CHOICES : hlsChoices(this.#hls);
  }

  chooseQuality(key: string | null): void {
    const hls = this.#hls;
    if (hls === null) return;
    const wanted = key === null ? -1 : Number(key);
    // What is ahead is fetched anew, so that the choice is seen soon; what plays now plays on.
    if (wanted < hls.levels.length) hls.nextLevel = wanted;
  }

  chooseSound(key: string): void {
    const hls = this.#hls;
    if (hls !== null && Number(key) < hls.audioTracks.length) hls.audioTrack = Number(key);
  }
}
