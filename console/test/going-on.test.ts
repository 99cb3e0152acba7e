import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keepGoing, matters, newest, START, step } from '../web/shared/going-on.js';

const E_S = 1_795_660_000;

/** Looks once a second for as long as `of` says what is seen; when the player was replaced, in seconds. */
function replaced(forS: number, of: (atS: number) => { timeS: number; newestS: number; paused?: boolean }): number[] {
  let state = START;
  const all: number[] = [];
  for (let atS = 0; atS < forS; atS++) {
    const next = step(state, { paused: false, ...of(atS), nowMs: 1_000 * atS });
    state = next.state;
    if (next.replace) all.push(atS);
  }
  return all;
}

describe('a player', () => {
  it('that plays is left alone', () => {
    expect(replaced(600, (atS) => ({ timeS: E_S + atS, newestS: E_S + atS + 2 }))).toEqual([]);
  });

  it('that stands is left alone while there is nothing newer, or nobody knows', () => {
    expect(replaced(600, () => ({ timeS: E_S, newestS: E_S - 2 }))).toEqual([]);
    expect(replaced(600, () => ({ timeS: E_S, newestS: NaN }))).toEqual([]);
  });

  it('that goes on by itself behind a hole is left alone', () => {
    expect(
      replaced(100, (atS) => ({ timeS: atS < 64 ? E_S : E_S + atS - 2, newestS: atS < 60 ? E_S - 2 : E_S + atS })),
    ).toEqual([]);
  });

  it('that stands before something newer is replaced after a while', () => {
    expect(
      replaced(80, (atS) => ({ timeS: atS < 66 ? E_S : E_S + atS - 2, newestS: atS < 60 ? E_S - 2 : E_S + atS })),
    ).toEqual([65]);
  });

  it('that does not begin either is replaced ever more seldom', () => {
    expect(replaced(300, () => ({ timeS: 0, newestS: E_S }))).toEqual([5, 15, 35, 75, 135, 195, 255]);
  });

  it('that has begun has its time again', () => {
    const stopped = (atS: number) => atS < 7 || (atS >= 50 && atS < 60) || atS >= 100;
    let timeS = E_S;
    const all = replaced(107, (atS) => ({ timeS: stopped(atS) ? timeS : (timeS = E_S + atS), newestS: E_S + atS + 2 }));
    expect(all).toEqual([6, 55, 105]);
  });

  it('that plays far behind is replaced', () => {
    expect(replaced(9, (atS) => ({ timeS: E_S + atS, newestS: E_S + atS + 26 }))).toEqual([5]);
    expect(replaced(99, (atS) => ({ timeS: E_S + atS, newestS: E_S + atS + 10 }))).toEqual([]);
  });

  it('that the viewer stopped is left alone', () => {
    expect(replaced(600, () => ({ timeS: E_S, newestS: E_S + 99, paused: true }))).toEqual([]);
  });
});

describe('asking', () => {
  const state = { ...START, timeS: E_S };
  const look = { nowMs: 0, timeS: E_S + 1, paused: false, newestS: NaN };
  it.each([
    ['plays', look, E_S + 3, false],
    ['plays far behind', look, E_S + 20, true],
    ['stands', { ...look, timeS: E_S }, E_S + 3, true],
    ['is stopped', { ...look, timeS: E_S, paused: true }, E_S + 99, false],
  ])('of a player that %s', (_, seen, utcS, expected) => expect(matters(state, seen, utcS)).toBe(expected));
});

describe('the last segment', () => {
  const template = (timescale: number, timeline: string) =>
    `<SegmentTemplate media="$RepresentationID$-$Time$.m4s" timescale="${timescale}" availabilityTimeOffset="1.7">` +
    `<SegmentTimeline>${timeline}</SegmentTimeline></SegmentTemplate>`;

  it.each([
    ['one', template(90_000, `<S t="${E_S * 90_000}" d="180000"/>`), E_S],
    ['repeated', template(90_000, `<S t="${E_S * 90_000}" d="180000" r="3"/>`), E_S + 6],
    ['behind others', template(48_000, `<S t="${E_S * 48_000}" d="96000" r="1"/><S d="48000"/>`), E_S + 4],
    ['behind a hole', template(1_000, `<S t="${E_S * 1_000}" d="2000"/><S t="${(E_S + 60) * 1_000}" d="2000"/>`), E_S + 60],
    ['of another period', template(1_000, `<S t="9000" d="9"/>`) + template(10, `<S t="80" d="9"/>`), 9],
  ])('is found: %s', (_, mpd, newestS) => expect(newest(`<MPD publishTime="x">${mpd}</MPD>`)).toBe(newestS));

  it.each(['', '<MPD/>', template(1_000, ''), '<S t="1" d="1"/>', '<SegmentTemplate><S t="x" d=""/>', template(0, '<S t="1" d="1"/>')])(
    'is not there: %s',
    (mpd) => expect(newest(mpd)).toBeNaN(),
  );
});

describe('a page', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('location', { href: 'http://page.example/watch' });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('asks as nobody, and replaces a player that stands', async () => {
    const asked: string[] = [];
    let up = false;
    vi.stubGlobal('fetch', async (url: URL) => {
      asked.push(url.href);
      if (!up) throw new TypeError('refused');
      return new Response(`<SegmentTemplate timescale="1"><S t="${E_S}" d="2"/>`);
    });
    const replace = vi.fn();
    const video = { currentTime: E_S - 60, paused: false, readyState: 2 } as HTMLVideoElement;
    const stop = keepGoing(video, 'http://live.example/a/index.mpd?token=t', replace);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(replace).not.toHaveBeenCalled();
    up = true;
    await vi.advanceTimersByTimeAsync(8_000);
    expect(replace).toHaveBeenCalledOnce();
    expect(new Set(asked)).toEqual(new Set(['http://live.example/a/index.mpd?token=t&session=0']));
    stop();
    const before = asked.length;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(asked).toHaveLength(before);
  });
});
