/* HLS by the browser itself, which tells little of what it does. */

import { NO_CHOICES, NO_FACTS, type Choices, type Engine, type MediaFacts, type Reports, type Timing } from './engine.ts';
import { awaitSegments } from './first-segment.ts';
import type { Failure } from './state.ts';
import { refusalAt } from './transport.ts';

/** How far behind the newest the browser may play: three segments of two seconds, and as much again to be sure. */
const LEAD_S = 12;
/** Codes of MediaError (HTML, section 4.8.11.1). */
const DECODE = 3;
const NOT_SUPPORTED = 4;

interface AppleVideo extends HTMLVideoElement {
  /** The time of day at position 0, from the programme date time. */
  getStartDate?(): Date;
}

export class NativeHlsEngine implements Engine {
  readonly counts = false;
  readonly #url: string;
  readonly #abort = new AbortController();
  #video: AppleVideo | null = null;
  #arrivals = 0;
  #heard = 0;

  constructor(url: string) {
    this.#url = url;
  }

  start(video: HTMLVideoElement, reports: Reports): void {
    const { signal } = this.#abort;
    this.#video = video;
    video.addEventListener('progress', () => void this.#arrivals++, { signal });
    video.addEventListener('error', () => void this.#tell(video, reports), { signal });
    void this.#load(video, reports);
  }

  /** A playlist of a stream that is not there yet is held back for long; whether it is, is told at once. */
  async #load(video: HTMLVideoElement, reports: Reports): Promise<void> {
    const failure = await refusalAt(this.#url, this.#abort.signal);
    if (this.#abort.signal.aborted) return;
    if (failure !== null) {
      reports.failed(failure);
      return;
    }
    reports.answered();
    const address = await awaitSegments(this.#url, this.#abort.signal);
    if (this.#abort.signal.aborted) return;
    video.src = address; // which the player, that sees it stand, has play
  }

  stop(): void {
    this.#abort.abort();
    const video = this.#video;
    this.#video = null;
    if (video === null) return;
    video.removeAttribute('src');
    video.load();
  }

  bytes(): number {
    return this.#arrivals;
  }

  /** Nobody sees whether the server answers; the browser gives up by itself when it does not. */
  heard(): number {
    return ++this.#heard;
  }

  timing(): Timing {
    const video = this.#video;
    const { length } = video?.seekable ?? { length: 0 };
    if (video === null || length === 0) return { leadS: LEAD_S, liveS: null, behindS: null, takenAtMs: null };
    const liveS = video.seekable.end(length - 1);
    const startMs = video.getStartDate?.().getTime() ?? NaN;
    return {
      leadS: LEAD_S,
      liveS,
      behindS: Math.max(0, liveS - video.currentTime),
      takenAtMs: Number.isFinite(startMs) ? startMs + video.currentTime * 1_000 : null,
    };
  }

  facts(): MediaFacts {
    return NO_FACTS;
  }

  /** The browser chooses, and has controls of its own for what it plays. */
  choices(): Choices {
    return NO_CHOICES;
  }

  chooseQuality(): void {}

  chooseSound(): void {}

  async #tell(video: HTMLVideoElement, reports: Reports): Promise<void> {
    const failure = await this.#why(video.error?.code ?? 0, video.error?.message ?? '');
    if (!this.#abort.signal.aborted) reports.failed(failure);
  }

  /**
   * The element does not tell a refusal from media that it cannot play; the playlist's address does. Nor does it
   * tell media that it will never play from a playlist that has hardly begun, so that is tried over.
   */
  async #why(code: number, text: string): Promise<Failure> {
    if (code === DECODE) return { kind: 'decoder', text };
    const refusal = await refusalAt(this.#url, this.#abort.signal);
    return refusal ?? { kind: code === NOT_SUPPORTED ? 'decoder' : 'network', text: code === NOT_SUPPORTED ? text : '' };
  }
}
