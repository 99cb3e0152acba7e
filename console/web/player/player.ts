/*
 * Carries out what the state machine decides, and feeds it: one media element, at most one engine,
 * one timer. All that the page shows comes from snapshot().
 */

import { loadEngine, NO_CHOICES, NO_FACTS, PUSHED, type Choices, type Engine, type MediaFacts } from './engine.ts';
import { engineForm, engineLabel, engineUrl, type EngineId } from './engines.ts';
import type { Place } from '../shared/addresses.ts';
import { initialState, step, type Effect, type Event, type Sample, type State } from './state.ts';

const TICK_MS = 250;
/** Bitrate is measured over this many ticks. */
const RATE_TICKS = 12;

export interface Snapshot {
  readonly state: State;
  readonly nowMs: number;
  readonly facts: MediaFacts;
  readonly engine: string;
  /** The engine that the viewer asked for; null while the page chooses. */
  readonly chosen: EngineId | null;
  readonly choices: Choices;
  readonly width: number;
  readonly height: number;
  readonly bitrateBps: number;
  /** How far the picture is behind live. */
  readonly behindS: number;
  /** How far behind live it means to be. */
  readonly leadS: number;
  /** How long it could go on with what has arrived. */
  readonly bufferS: number;
  /** How long ago what is shown reached the server, as far as the two clocks agree; null where that is not told. */
  readonly agoS: number | null;
  readonly framesDecoded: number;
  readonly framesDropped: number;
  /** Frames decoded a second, of late. */
  readonly framesPerSecond: number;
  readonly muted: boolean;
  readonly volume: number;
  /** The browser allowed playing only without sound; the viewer did not ask for that. */
  readonly soundBlocked: boolean;
}

export interface Target {
  readonly place: Place;
  readonly stream: string;
  readonly query: string;
  /** To be tried, best first. */
  readonly automatic: readonly EngineId[];
  /** What the page's address asks for instead; null when it asks for nothing. */
  readonly asked: readonly EngineId[] | null;
  /** What a viewer may choose from. */
  readonly choosable: readonly EngineId[];
}

export class Player {
  readonly #target: Target;
  readonly #video: HTMLVideoElement;
  readonly #freeze: HTMLCanvasElement;
  readonly #changed: (snapshot: Snapshot) => void;
  #state: State;
  #engine: Engine | null = null;
  #timer = 0;
  #soundBlocked = false;
  #history: { ms: number; bytes: number; frames: number }[] = [];
  #engines: readonly EngineId[];
  #chosen: EngineId | null;
  /** What the viewer chose is chosen again on the next connection; null is the engine's choice. */
  #quality: string | null = null;
  #sound: string | null = null;

  constructor(
    target: Target,
    video: HTMLVideoElement,
    freeze: HTMLCanvasElement,
    changed: (snapshot: Snapshot) => void,
  ) {
    this.#target = target;
    this.#video = video;
    this.#freeze = freeze;
    this.#changed = changed;
    this.#engines = target.asked ?? target.automatic;
    this.#chosen = target.asked?.[0] ?? null;
    this.#state = initialState(this.#engines.map(engineForm));
    this.#timer = window.setInterval(() => this.#tick(), TICK_MS);
    window.addEventListener('online', this.#online);
    video.addEventListener('volumechange', this.#show);
    video.addEventListener('playing', this.#thaw);
    video.addEventListener('pause', this.#pausedFromOutside);
    video.addEventListener('ended', this.#cameToItsEnd);
    this.#offerToSystem(() => this.start(), () => this.pause());
    this.#show();
  }

  /** Begins, or goes on after a pause or an error. */
  start(): void {
    this.#dispatch({ type: 'start' });
  }

  /** Lets go of the connection too; a live stream that goes on unseen would only cost bytes. */
  pause(): void {
    this.#dispatch({ type: 'pause' });
  }

  retry(): void {
    this.#dispatch({ type: this.#state.phase.is === 'failed' ? 'start' : 'retry' });
  }

  goLive(): void {
    this.#dispatch({ type: 'go-live', sample: this.#sample() });
  }

  /** Plays by this way and no other from now on; null lets the page choose. */
  chooseEngine(id: EngineId | null): void {
    this.#engines = id === null ? this.#target.automatic : [id];
    this.#chosen = id;
    this.#dispatch({ type: 'choose', forms: this.#engines.map(engineForm) });
  }

  chooseQuality(key: string | null): void {
    this.#quality = key;
    this.#engine?.chooseQuality(key);
    this.#show();
  }

  chooseSound(key: string): void {
    this.#sound = key;
    this.#engine?.chooseSound(key);
    this.#show();
  }

  setMuted(muted: boolean): void {
    this.#soundBlocked = false;
    this.#video.muted = muted;
    if (!muted && this.#video.volume === 0) this.#video.volume = 0.5;
    this.#show();
  }

  setVolume(volume: number): void {
    this.#soundBlocked = false;
    this.#video.volume = Math.min(1, Math.max(0, volume));
    this.#video.muted = volume <= 0;
  }

  destroy(): void {
    window.clearInterval(this.#timer);
    window.removeEventListener('online', this.#online);
    this.#video.removeEventListener('volumechange', this.#show);
    this.#video.removeEventListener('playing', this.#thaw);
    this.#video.removeEventListener('pause', this.#pausedFromOutside);
    this.#video.removeEventListener('ended', this.#cameToItsEnd);
    this.#offerToSystem(null, null);
    this.#close();
  }

  readonly #online = () => this.#dispatch({ type: 'retry' });

  /**
   * Somebody else stopped the element: a headset, a lost right to sound. Not so in the background, where
   * it is the browser that saves power; the picture goes on once the page is seen again. Nor where it comes
   * with an error or the end, which are told by themselves.
   */
  readonly #pausedFromOutside = () => {
    // The event of a connection that was closed may come when the next one plays already.
    const { paused, ended, error } = this.#video;
    if (this.#engine !== null && paused && !ended && error === null && !document.hidden) this.pause();
  };

  /** What was offered has an end, and that was shown; the element pauses by itself then. */
  readonly #cameToItsEnd = () => {
    if (this.#engine === null || !this.#video.ended) return;
    this.#dispatch({ type: 'failed', link: this.#state.link, failure: { kind: 'ended', text: '' } });
  };

  /** Media keys and the system's own controls. */
  #offerToSystem(play: (() => void) | null, pause: (() => void) | null): void {
    const session = navigator.mediaSession;
    if (session === undefined) return;
    session.metadata = play === null ? null : new MediaMetadata({ title: this.#target.stream });
    session.setActionHandler('play', play);
    session.setActionHandler('pause', pause);
  }

  readonly #show = () => this.#changed(this.#snapshot());

  #tick(): void {
    const now = performance.now();
    const frames = this.#video.getVideoPlaybackQuality?.().totalVideoFrames ?? 0;
    this.#history.push({ ms: now, bytes: this.#engine?.bytes() ?? 0, frames });
    if (this.#history.length > RATE_TICKS) this.#history.shift();
    this.#dispatch({ type: 'tick', sample: this.#sample() });
  }

  #dispatch(event: Event): void {
    const { state, effects } = step(this.#state, event, {
      ms: performance.now(),
      random: Math.random(),
    });
    this.#state = state;
    for (const effect of effects) this.#carryOut(effect);
    this.#show();
  }

  #carryOut(effect: Effect): void {
    switch (effect.type) {
      case 'open':
        this.#close();
        void this.#open(effect.engine, effect.link);
        break;
      case 'close':
        this.#close();
        break;
      case 'play':
        void this.#play();
        break;
      case 'seek':
        this.#video.currentTime = effect.toS;
        break;
    }
  }

  async #open(index: number, link: number): Promise<void> {
    const { place, stream, query } = this.#target;
    const id = this.#engines[index];
    if (id === undefined) return;
    let engine: Engine;
    try {
      engine = await loadEngine(id, engineUrl(id, place, stream, query));
    } catch {
      const failure = { kind: 'network', text: 'A part of this page did not load.' } as const;
      this.#dispatch({ type: 'failed', link, failure });
      return;
    }
    if (link !== this.#state.link || this.#engine !== null) return; // overtaken while loading
    this.#engine = engine;
    this.#history = [];
    engine.start(this.#video, {
      answered: () => this.#dispatch({ type: 'answered', link }),
      ready: () => {
        if (this.#quality !== null) engine.chooseQuality(this.#quality);
        if (this.#sound !== null) engine.chooseSound(this.#sound);
      },
      // Not from within the engine's own call: stopping it there would pull the ground from under it.
      failed: (failure) =>
        queueMicrotask(() => this.#dispatch({ type: 'failed', link, failure })),
    });
    await this.#play();
  }

  /** Plays with sound where the browser allows it, else without, else asks for a press. */
  async #play(): Promise<void> {
    const video = this.#video;
    try {
      await video.play();
    } catch (error) {
      if (!refusedByPolicy(error)) return; // detached meanwhile; whoever did that knows
      if (video.muted) {
        this.#dispatch({ type: 'blocked' });
        return;
      }
      video.muted = true;
      this.#soundBlocked = true;
      await this.#play();
    }
  }

  #close(): void {
    const engine = this.#engine;
    if (engine === null) return;
    this.#keepPicture();
    this.#engine = null;
    engine.stop();
  }

  /** The last picture stays to be seen while there is no connection. */
  #keepPicture(): void {
    const { videoWidth, videoHeight, readyState } = this.#video;
    if (videoWidth === 0 || readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    this.#freeze.width = videoWidth;
    this.#freeze.height = videoHeight;
    this.#freeze.getContext('2d')?.drawImage(this.#video, 0, 0);
    this.#freeze.hidden = false;
  }

  readonly #thaw = () => {
    this.#freeze.hidden = true;
  };

  #sample(): Sample {
    const video = this.#video;
    const attached = this.#engine !== null;
    const buffered = attached ? video.buffered : null;
    const { leadS, liveS } = this.#engine?.timing() ?? PUSHED;
    return {
      bytes: this.#engine?.bytes() ?? 0,
      heard: this.#engine?.heard() ?? 0,
      leadS,
      liveS,
      positionS: attached ? video.currentTime : 0,
      buffered: Array.from({ length: buffered?.length ?? 0 }, (_, i) => ({
        startS: buffered?.start(i) ?? 0,
        endS: buffered?.end(i) ?? 0,
      })),
      frames: video.getVideoPlaybackQuality?.().totalVideoFrames ?? 0,
      paused: attached && video.paused,
      hidden: document.hidden,
    };
  }

  #snapshot(): Snapshot {
    const video = this.#video;
    const quality = video.getVideoPlaybackQuality?.();
    const { buffered, currentTime } = video;
    const endS = buffered.length === 0 ? currentTime : buffered.end(buffered.length - 1);
    const bufferS = Math.max(0, endS - currentTime);
    const { leadS, behindS, takenAtMs } = this.#engine?.timing() ?? PUSHED;
    return {
      state: this.#state,
      nowMs: performance.now(),
      facts: this.#engine?.facts() ?? NO_FACTS,
      engine: this.#engineLabel(),
      chosen: this.#chosen,
      choices: this.#engine?.choices() ?? NO_CHOICES,
      width: video.videoWidth,
      height: video.videoHeight,
      bitrateBps: this.#engine?.counts === true ? 8 * this.#perSecond('bytes') : 0,
      behindS: behindS ?? bufferS,
      leadS,
      bufferS,
      agoS: takenAtMs === null ? null : (Date.now() - takenAtMs) / 1_000,
      framesDecoded: quality?.totalVideoFrames ?? 0,
      framesDropped: quality?.droppedVideoFrames ?? 0,
      framesPerSecond: this.#perSecond('frames'),
      muted: video.muted || video.volume === 0,
      volume: video.volume,
      soundBlocked: this.#soundBlocked,
    };
  }

  #engineLabel(): string {
    const id = this.#engines[this.#state.engine];
    return id === undefined ? '–' : engineLabel(id);
  }

  #perSecond(what: 'bytes' | 'frames'): number {
    const first = this.#history[0];
    const last = this.#history.at(-1);
    if (first === undefined || last === undefined || last.ms === first.ms) return 0;
    return Math.max(0, ((last[what] - first[what]) * 1_000) / (last.ms - first.ms));
  }
}

function refusedByPolicy(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'NotAllowedError';
}
