// @ts-check
/*
 * Keeps a player of DASH in anybody's page going over holes and restarts that it does not get over by itself
 * (docs/watch.md, "DASH in a page of yours"). Plain JavaScript without imports: to be copied, and for tests.
 */

/** Media that begins so much later than the picture that stands is something to go on with, in seconds. */
const AHEAD_S = 0.5;
/** A picture that moves may be so much before the last segment, in seconds. */
const LATE_S = 10;
/** For so long a player is left to its own means, in milliseconds. */
const PATIENCE_MS = 5_000;
/** A new player has so long to begin before it is replaced; each one in a row twice as long. */
const FIRST_WAIT_MS = 10_000;
const LONGEST_WAIT_MS = 60_000;
/** The time between two looks. */
const LOOK_MS = 1_000;

/**
 * What is remembered from one look to the next.
 *
 * @typedef {object} State
 * @property {number} timeS of the picture; NaN before the first look
 * @property {number} behindSinceMs since when there is something that it does not get to; NaN when there is not
 * @property {number} notBeforeMs when the player may be replaced again
 * @property {number} waitMs how long the next one has
 */

/** @type {State} */
export const START = { timeS: NaN, behindSinceMs: NaN, notBeforeMs: 0, waitMs: FIRST_WAIT_MS };

/**
 * What is seen.
 *
 * @typedef {object} Look
 * @property {number} nowMs of a clock that only runs forward
 * @property {number} timeS of the picture; 0 before the first
 * @property {boolean} paused by the viewer
 * @property {number} newestS when the last segment begins that the server lists; NaN when it is not known
 */

/**
 * Whether the player has to be replaced: the server has had something newer for a while, and the picture stands or
 * is far behind it. While nobody delivers there is nothing newer, so the last picture is left where it is.
 *
 * @param {State} state
 * @param {Look} look
 * @returns {{ state: State, replace: boolean }}
 */
export function step(state, look) {
  const { nowMs, timeS, paused, newestS } = look;
  const stands = timeS === state.timeS;
  const behind = !paused && newestS - timeS > (stands ? AHEAD_S : LATE_S);
  if (!behind) {
    const waitMs = stands ? state.waitMs : FIRST_WAIT_MS;
    return { state: { ...state, timeS, behindSinceMs: NaN, waitMs }, replace: false };
  }
  const behindSinceMs = Number.isNaN(state.behindSinceMs) ? nowMs : state.behindSinceMs;
  if (nowMs - behindSinceMs < PATIENCE_MS || nowMs < state.notBeforeMs) {
    return { state: { ...state, timeS, behindSinceMs }, replace: false };
  }
  const waitMs = Math.min(2 * state.waitMs, LONGEST_WAIT_MS);
  return { state: { timeS, behindSinceMs: NaN, notBeforeMs: nowMs + state.waitMs, waitMs }, replace: true };
}

/** Whether it matters what the server has: asking costs a request. */
export function matters(/** @type {State} */ state, /** @type {Look} */ look, /** @type {number} */ utcS) {
  return !look.paused && (look.timeS === state.timeS || utcS - look.timeS > LATE_S);
}

/**
 * When the last segment of a description of this server begins, in seconds of presentation time, which is UTC. Only
 * what this server writes is understood.
 *
 * @param {string} mpd
 * @returns {number} NaN when there is none
 */
export function newest(mpd) {
  let newestS = NaN;
  let scale = NaN;
  let time = NaN;
  for (const [, element, attributes] of mpd.matchAll(/<(SegmentTemplate|S)\b([^<>]*)>/g)) {
    const number = (/** @type {string} */ name) =>
      Number(new RegExp(`\\s${name}="(-?\\d+)"`).exec(attributes ?? '')?.[1] ?? NaN);
    if (element === 'SegmentTemplate') {
      scale = number('timescale');
      time = NaN;
      continue;
    }
    const start = number('t');
    const last = (Number.isNaN(start) ? time : start) + (number('r') || 0) * number('d');
    time = last + number('d');
    if (!(last / scale <= newestS)) newestS = Number.isFinite(last / scale) ? last / scale : newestS;
  }
  return newestS;
}

/**
 * Looks after a player until it is told to stop.
 *
 * @param {HTMLVideoElement} video that it plays into
 * @param {string} mpd address of the description, as the player has it
 * @param {() => void} replace destroys the player and makes another one
 * @returns {() => void} stops looking
 */
export function keepGoing(video, mpd, replace) {
  const address = new URL(mpd, location.href);
  address.searchParams.set('session', '0'); // it does not count as a viewer
  let state = START;
  let asking = false;
  const timer = setInterval(async () => {
    if (asking) return;
    asking = true;
    const { currentTime: timeS, paused: stopped } = video;
    // a player without a source pauses, too
    const look = { nowMs: performance.now(), timeS, paused: stopped && video.readyState > 0, newestS: NaN };
    if (matters(state, look, Date.now() / 1_000)) look.newestS = await ask(address);
    const next = step(state, look);
    state = next.state;
    asking = false;
    if (next.replace) replace();
  }, LOOK_MS);
  return () => clearInterval(timer);
}

async function ask(/** @type {URL} */ address) {
  try {
    const answer = await fetch(address, { cache: 'no-store', signal: AbortSignal.timeout(5_000) });
    return answer.ok ? newest(await answer.text()) : NaN;
  } catch {
    return NaN; // the server is away
  }
}
