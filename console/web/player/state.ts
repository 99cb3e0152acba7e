/*
 * What the player is doing, as a pure function: step(state, event, now) gives the next state and what
 * has to be done in the world. No clock, no timer, no element: the Player in player.ts carries out
 * effects and comes back with events; `tick` comes four times a second with a sample of the element.
 *
 *   ready ──start──► connecting ──position moves──► playing ◄──position moves── stalled
 *                     │      │                        │  └──position stands──────►│
 *                     │      └─answered, no bytes─► waiting                       │
 *                     └─404──► waiting (retry)        └──cut, ended, silent──► offline (retry)
 *   any ──pause──► paused ──start──► connecting       any ──hopeless──► failed ──start──► connecting
 *   any ──this engine cannot play it──► connecting, with the next one that is another form of the stream
 *
 * What the functions below do not name changes nothing.
 */

/** Why a connection did not come about, or ended. `text` is the server's or browser's own word, or ''. */
export interface Failure {
  readonly kind:
    | 'absent' // nobody publishes under this name (404, 410)
    | 'denied' // may not watch (401, 403)
    | 'refused' // the request itself is wrong (another 4xx)
    | 'form' // what is on air does not exist in the form that was asked for (406)
    | 'busy' // the server has no room (429, 503)
    | 'network' // no answer, an answer that makes no sense, a cut
    | 'ended' // the server closed the stream in good order
    | 'stuck' // bytes arrive, but no picture comes of them
    | 'decoder' // the browser gave up on the data
    | 'codec'; // the browser cannot decode this kind of media
  readonly text: string;
  readonly retryAfterS?: number;
}

export type Phase =
  /** Nothing was asked for yet, or the browser wants a press first. */
  | { readonly is: 'ready' }
  | { readonly is: 'connecting'; readonly sinceMs: number }
  /** Not on air yet. With `retryAtMs` null a connection is open (or being tried). */
  | { readonly is: 'waiting'; readonly retryAtMs: number | null; readonly text: string }
  | { readonly is: 'playing'; readonly sinceMs: number }
  /** The connection stands, the picture does too: the encoder is away, or the network is too slow. */
  | { readonly is: 'stalled'; readonly sinceMs: number; readonly cause: 'encoder' | 'network' }
  /** Was on air, is not now. With `retryAtMs` null it is just being tried. */
  | { readonly is: 'offline'; readonly retryAtMs: number | null; readonly failure: Failure }
  | { readonly is: 'paused' }
  | { readonly is: 'failed'; readonly failure: Failure };

export interface State {
  readonly phase: Phase;
  /** How many engines there are to choose from, and which one is in use. */
  readonly engines: number;
  readonly engine: number;
  /** The form of the stream that each engine plays: what is wrong with one engine of a form is so with all. */
  readonly forms: readonly string[];
  /** Forms that cannot be played as long as the stream is what it is. */
  readonly unfit: readonly string[];
  /** Number of the connection; what an older one still reports is ignored. */
  readonly link: number;
  /** The server has answered on this connection. */
  readonly answered: boolean;
  /** Tries in a row that did not lead to five seconds of playing. */
  readonly attempt: number;
  readonly everPlayed: boolean;
  /** An engine that has once played is not given up for another because of a cut. */
  readonly engineProven: boolean;
  readonly openedAtMs: number;
  readonly bytes: number;
  readonly bytesAtMs: number;
  readonly heard: number;
  readonly heardAtMs: number;
  /** Since when bytes arrive without a longer silence. */
  readonly flowSinceMs: number;
  /** Where the picture was last, or where it was sent. */
  readonly positionS: number;
  readonly positionAtMs: number;
  readonly frames: number;
  readonly framesAtMs: number;
  readonly soughtAtMs: number;
  /** How often the picture came to stand while it was on air, and for how long in all but the present time. */
  readonly stalls: number;
  readonly stalledMs: number;
}

export interface Range {
  readonly startS: number;
  readonly endS: number;
}

/** What the media element and the connection look like at a tick. */
export interface Sample {
  /** Media that have arrived. */
  readonly bytes: number;
  /** Grows with each sign of the server, be it media or not. */
  readonly heard: number;
  /** The engine means to play so far behind the newest that has arrived. */
  readonly leadS: number;
  /** Where the engine would play from to be live; null means `leadS` behind the newest that has arrived. */
  readonly liveS: number | null;
  readonly positionS: number;
  readonly buffered: readonly Range[];
  /** Pictures decoded so far. */
  readonly frames: number;
  readonly paused: boolean;
  /** The page is in the background, where browsers slow clocks and pause muted video. */
  readonly hidden: boolean;
}

export type Event =
  | { readonly type: 'start' }
  | { readonly type: 'pause' }
  | { readonly type: 'retry' } // "try now", or the network is back
  | { readonly type: 'go-live'; readonly sample: Sample }
  | { readonly type: 'choose'; readonly forms: readonly string[] } // other engines from now on, of these forms
  | { readonly type: 'blocked' } // the browser lets nothing play without a press
  | { readonly type: 'answered'; readonly link: number }
  | { readonly type: 'failed'; readonly link: number; readonly failure: Failure }
  | { readonly type: 'tick'; readonly sample: Sample };

export type Effect =
  /** Takes the place of an open connection, and plays. */
  | { readonly type: 'open'; readonly engine: number; readonly link: number }
  | { readonly type: 'close' }
  | { readonly type: 'play' }
  | { readonly type: 'seek'; readonly toS: number };

export interface Now {
  readonly ms: number;
  /** In [0, 1); spreads the retries of many viewers. */
  readonly random: number;
}

export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
}

/** Where playing aims to be, behind the newest byte, where every byte comes as soon as there is one. */
export const TARGET_LATENCY_S = 0.8;
/** So much later than meant to be is not chased by playing faster but jumped: while playing, and at its start. */
const JUMP_LATE_S = 3.2;
const START_LATE_S = 0.5;
/** A picture that is further from the beginning than this when first seen was put there, and does not play yet. */
const PUT_S = 1;
/** No byte for so long after the answer: the server holds the connection, nobody publishes yet. */
const HELD_MS = 2_500;
/** No answer for so long: give up this try. */
const ANSWER_MS = 10_000;
/** The picture stands for so long before the page says so. */
const STALL_MS = 1_200;
/** Bytes for so long without a moving picture: start afresh. */
const STUCK_MS = 8_000;
/** No sign of the server for so long on an open connection: it may be dead, open a new one. */
const SILENT_MS = 45_000;
/** Playing for so long makes up for earlier failures. */
const STEADY_MS = 5_000;
const MAX_DECODER_FAILURES = 3;
/** The sound goes on, the picture does not, for so long: the decoder has lost its place. */
const FROZEN_MS = 2_500;
/** A hole is jumped over this long before the picture reaches it; more than a tick. */
const GAP_LEAD_S = 0.3;
/** Smallest change of position that counts as playing. */
const MOVE_S = 0.01;

/** @param forms of the stream, one for each engine, best first */
export function initialState(forms: readonly string[]): State {
  const unsupported: Failure = { kind: 'codec', text: 'This browser has no way to play a live stream.' };
  return {
    phase: forms.length === 0 ? { is: 'failed', failure: unsupported } : { is: 'ready' },
    engines: forms.length,
    engine: 0,
    forms,
    unfit: [],
    link: 0,
    answered: false,
    attempt: 0,
    everPlayed: false,
    engineProven: false,
    openedAtMs: 0,
    bytes: 0,
    bytesAtMs: 0,
    heard: 0,
    heardAtMs: 0,
    flowSinceMs: 0,
    positionS: 0,
    positionAtMs: 0,
    frames: 0,
    framesAtMs: 0,
    soughtAtMs: 0,
    stalls: 0,
    stalledMs: 0,
  };
}

export function step(state: State, event: Event, now: Now): Step {
  const { state: next, effects } = decide(state, event, now);
  return { state: counted(state.phase, next, now), effects };
}

/** Keeps the books of stalls, however they begin and end. */
function counted(before: Phase, next: State, now: Now): State {
  if (next.phase.is === 'stalled' && before.is !== 'stalled') return { ...next, stalls: next.stalls + 1 };
  if (before.is !== 'stalled' || next.phase.is === 'stalled') return next;
  return { ...next, stalledMs: next.stalledMs + now.ms - before.sinceMs };
}

function decide(state: State, event: Event, now: Now): Step {
  switch (event.type) {
    case 'start':
      return start(state, now);
    case 'retry':
      return retryAtMs(state) === null ? unchanged(state) : open(state, now);
    case 'pause':
      return linked(state) || retryAtMs(state) !== null
        ? { state: { ...state, phase: { is: 'paused' } }, effects: [{ type: 'close' }] }
        : unchanged(state);
    case 'blocked':
      return linked(state)
        ? { state: { ...state, phase: { is: 'ready' } }, effects: [{ type: 'close' }] }
        : unchanged(state);
    case 'go-live':
      return goLive(state, event.sample, now);
    case 'choose':
      return choose(state, event.forms, now);
    case 'answered':
      return event.link === state.link && linked(state)
        ? unchanged({ ...state, answered: true, bytesAtMs: now.ms, heardAtMs: now.ms })
        : unchanged(state);
    case 'failed':
      return event.link === state.link && linked(state)
        ? lost(state, event.failure, now)
        : unchanged(state);
    case 'tick':
      return tick(state, event.sample, now);
  }
}

/** Whether a connection is open, or being opened, in this state. */
export function linked(state: State): boolean {
  switch (state.phase.is) {
    case 'connecting':
    case 'playing':
    case 'stalled':
      return true;
    case 'waiting':
    case 'offline':
      return state.phase.retryAtMs === null;
    case 'ready':
    case 'paused':
    case 'failed':
      return false;
  }
}

/** When the next try is due; null when none is. */
export function retryAtMs(state: State): number | null {
  const { phase } = state;
  return phase.is === 'waiting' || phase.is === 'offline' ? phase.retryAtMs : null;
}

/**
 * How long to wait before the next try: growing from about 1 s to 15 s for a stream that went away,
 * to 5 s for one that has not come yet, since its viewers sit and wait for the beginning.
 */
export function retryDelayMs(attempt: number, waiting: boolean, random: number): number {
  const grown = 1_000 * 1.7 ** Math.min(attempt, 10);
  return Math.round(Math.min(grown, waiting ? 5_000 : 15_000) * (0.8 + 0.4 * random));
}

function start(state: State, now: Now): Step {
  const { phase } = state;
  if (linked(state) || state.engines === 0) return unchanged(state);
  const fresh: State = phase.is === 'failed' ? best({ ...state, attempt: 0 }) : state;
  return open({ ...fresh, phase: { is: 'connecting', sinceMs: now.ms } }, now);
}

/** Opens the next connection; the phase stays, but for a pending retry, which is now being tried. */
function open(state: State, now: Now): Step {
  const { phase } = state;
  const trying: Phase =
    phase.is === 'waiting' || phase.is === 'offline' ? { ...phase, retryAtMs: null } : phase;
  const link = state.link + 1;
  return {
    state: {
      ...state,
      phase: trying,
      link,
      answered: false,
      openedAtMs: now.ms,
      bytes: 0,
      bytesAtMs: now.ms,
      heard: 0,
      heardAtMs: now.ms,
      flowSinceMs: now.ms,
      positionS: 0,
      positionAtMs: now.ms,
      frames: 0,
      framesAtMs: now.ms,
    },
    effects: [{ type: 'open', engine: state.engine, link }],
  };
}

/** Where an engine was given up for what is on air, the best one has its turn again. */
function best(state: State): State {
  return state.unfit.length === 0 ? state : { ...state, unfit: [], engine: 0, engineProven: false };
}

/** Goes on with other engines; at once, if it was on its way at all. */
function choose(state: State, forms: readonly string[], now: Now): Step {
  if (forms.length === 0) return unchanged(state);
  const other: State = {
    ...state,
    forms,
    engines: forms.length,
    engine: 0,
    unfit: [],
    engineProven: false,
    attempt: 0,
  };
  const idle = state.phase.is === 'ready' || state.phase.is === 'paused';
  return idle ? unchanged(other) : open({ ...other, phase: { is: 'connecting', sinceMs: now.ms } }, now);
}

/** The engine cannot play what is on air: the next one of another form takes over, if there is one. */
function givenUp(state: State, failure: Failure, now: Now): Step | null {
  const unfitting =
    failure.kind === 'form' ||
    failure.kind === 'codec' ||
    (failure.kind === 'decoder' && state.attempt + 1 >= MAX_DECODER_FAILURES);
  if (!unfitting) return null;
  const unfit = [...state.unfit, state.forms[state.engine] ?? ''];
  const engine = state.forms.findIndex((form) => !unfit.includes(form));
  if (engine < 0) return null;
  const phase: Phase = { is: 'connecting', sinceMs: now.ms };
  return open({ ...state, unfit, engine, engineProven: false, attempt: 0, phase }, now);
}

/** The connection is over, for a reason that decides what comes next. */
function lost(state: State, failure: Failure, now: Now): Step {
  const other = givenUp(state, failure, now);
  if (other !== null) return other;
  const close: Effect = { type: 'close' };
  const attempt = state.attempt + 1;
  if (isHopeless(failure, attempt)) {
    return { state: { ...state, attempt, phase: { is: 'failed', failure } }, effects: [close] };
  }
  const waiting = failure.kind === 'absent' && !state.everPlayed;
  const delayMs = Math.max(
    retryDelayMs(state.attempt, waiting, now.random),
    (failure.retryAfterS ?? 0) * 1_000,
  );
  const phase: Phase = waiting
    ? { is: 'waiting', retryAtMs: now.ms + delayMs, text: failure.text }
    : { is: 'offline', retryAtMs: now.ms + delayMs, failure };
  // What comes next may be another thing.
  const over = failure.kind === 'absent' || failure.kind === 'ended';
  const from = over ? best(state) : state;
  const changes = (failure.kind === 'network' && !from.engineProven) || failure.kind === 'stuck';
  const engine = changes ? following(from) : from.engine;
  return { state: { ...from, attempt, engine, phase }, effects: [close] };
}

/** The next engine in turn that is not given up. */
function following({ engine, engines, forms, unfit }: State): number {
  for (let i = 1; i < engines; i++) {
    const next = (engine + i) % engines;
    if (!unfit.includes(forms[next] ?? '')) return next;
  }
  return engine;
}

function isHopeless(failure: Failure, attempt: number): boolean {
  switch (failure.kind) {
    case 'denied':
    case 'refused':
    case 'form':
    case 'codec':
      return true;
    case 'decoder':
      return attempt >= MAX_DECODER_FAILURES;
    case 'absent':
    case 'busy':
    case 'network':
    case 'ended':
    case 'stuck':
      return false;
  }
}

function goLive(state: State, sample: Sample, now: Now): Step {
  const { phase } = state;
  if (phase.is !== 'playing' && phase.is !== 'stalled') return unchanged(state);
  return sought(state, sample.liveS ?? liveEdgeS(sample), now);
}

/** Goes there; that the position changes by it does not count as playing. */
function sought(state: State, toS: number | null, now: Now): Step {
  if (toS === null) return unchanged(state);
  return {
    state: { ...state, positionS: toS, framesAtMs: now.ms, soughtAtMs: now.ms },
    effects: [{ type: 'seek', toS }],
  };
}

function tick(state: State, sample: Sample, now: Now): Step {
  const due = retryAtMs(state);
  if (due !== null) return now.ms >= due ? open(state, now) : unchanged(state);
  if (!linked(state)) return unchanged(state);

  const arrived = sample.bytes > state.bytes;
  const heard = sample.heard > state.heard;
  const moved = Math.abs(sample.positionS - state.positionS) > MOVE_S;
  const put = state.positionS === 0 && sample.positionS > PUT_S;
  const seen: State = {
    ...state,
    openedAtMs: sample.hidden ? now.ms : state.openedAtMs,
    bytes: sample.bytes,
    bytesAtMs: arrived || sample.hidden ? now.ms : state.bytesAtMs,
    heard: sample.heard,
    heardAtMs: heard || sample.hidden ? now.ms : state.heardAtMs,
    flowSinceMs: now.ms - state.bytesAtMs < STALL_MS ? state.flowSinceMs : now.ms,
    positionS: moved ? sample.positionS : state.positionS,
    positionAtMs: moved || sample.hidden ? now.ms : state.positionAtMs,
    frames: sample.frames,
    framesAtMs: sample.frames !== state.frames || sample.hidden ? now.ms : state.framesAtMs,
  };
  if (moved && !put && sample.positionS > 0) return playing(seen, sample, now);
  if (sample.hidden) return unchanged(seen);
  return standing(seen, sample, now);
}

/** The picture moves. A jump is not seen where it has only just begun to. */
function playing(state: State, sample: Sample, now: Now): Step {
  const before = state.phase;
  const sinceMs = before.is === 'playing' ? before.sinceMs : now.ms;
  const lateS = before.is === 'playing' ? JUMP_LATE_S : START_LATE_S;
  const edgeS = liveEdgeS(sample);
  const behindS = edgeS === null ? 0 : edgeS + sample.leadS - sample.positionS;
  const next: State = {
    ...state,
    phase: { is: 'playing', sinceMs },
    everPlayed: true,
    engineProven: true,
    attempt: now.ms - sinceMs >= STEADY_MS ? 0 : state.attempt,
  };
  if (behindS > sample.leadS + lateS) return sought(next, edgeS, now);
  const frozen = sample.frames > 0 && now.ms - state.framesAtMs > FROZEN_MS;
  // Where nothing is ahead the pictures have ended, and no jump brings them back.
  if (frozen && edgeS !== null && behindS > GAP_LEAD_S) {
    return sought(next, Math.max(edgeS, sample.positionS), now);
  }
  return sought(next, overGap(sample), now);
}

/** The picture stands (or has not begun) on an open connection. */
function standing(state: State, sample: Sample, now: Now): Step {
  const stillMs = now.ms - state.positionAtMs;
  const dryMs = now.ms - state.bytesAtMs;
  const flowMs = now.ms - state.flowSinceMs;
  const { phase } = state;

  if (!state.answered) {
    const late = now.ms - state.openedAtMs > ANSWER_MS;
    return late ? lost(state, { kind: 'network', text: 'The server does not answer.' }, now) : unchanged(state);
  }
  if (now.ms - state.heardAtMs > SILENT_MS) return open(state, now);
  if (Math.min(flowMs, stillMs) > STUCK_MS) {
    return lost(state, { kind: 'stuck', text: '' }, now);
  }
  const moves = sought(state, wayOn(state, sample, now), now);
  const effects: Effect[] = [...moves.effects];
  if (sample.paused) effects.push({ type: 'play' });
  const standingAs = (next: Phase): Step => ({ state: { ...moves.state, phase: next }, effects });

  switch (phase.is) {
    case 'connecting':
      return standingAs(dryMs > HELD_MS ? { is: 'waiting', retryAtMs: null, text: '' } : phase);
    case 'playing':
    case 'stalled': {
      if (stillMs < STALL_MS) return standingAs(phase);
      const cause = flowMs < STALL_MS ? 'encoder' : 'network';
      const sinceMs = phase.is === 'stalled' ? phase.sinceMs : state.positionAtMs;
      return standingAs({ is: 'stalled', sinceMs, cause });
    }
    default:
      return standingAs(phase);
  }
}

/** Where to send a picture that stands: over a hole, or, with enough ahead of it, to the front once in a while. */
function wayOn(state: State, sample: Sample, now: Now): number | null {
  const gap = overGap(sample);
  if (gap !== null) return gap;
  const edgeS = liveEdgeS(sample);
  const stands = now.ms - Math.max(state.positionAtMs, state.soughtAtMs) > 2 * STALL_MS;
  return stands && edgeS !== null && edgeS > sample.positionS ? edgeS : null;
}

/** Where the live edge is, less what the engine means to keep; null with nothing buffered. */
function liveEdgeS(sample: Sample): number | null {
  const last = sample.buffered.at(-1);
  return last === undefined ? null : Math.max(last.startS, last.endS - sample.leadS);
}

/** Where to jump when a hole begins at the position (or nearly), and more is buffered after it; else null. */
function overGap(sample: Sample): number | null {
  const inside = sample.buffered.some(
    (range) => range.startS <= sample.positionS && sample.positionS < range.endS - GAP_LEAD_S,
  );
  const ahead = sample.buffered.at(-1);
  if (inside || ahead === undefined || ahead.startS <= sample.positionS) return null;
  return Math.max(ahead.startS + 0.05, ahead.endS - sample.leadS);
}

function unchanged(state: State): Step {
  return { state, effects: [] };
}
