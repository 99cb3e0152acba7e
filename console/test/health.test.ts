import { describe, expect, it } from 'vitest';
import { NO_CHOICES, NO_FACTS } from '../web/player/engine.ts';
import { health } from '../web/player/health.ts';
import type { Snapshot } from '../web/player/player.ts';
import { initialState, type State } from '../web/player/state.ts';

const PLAYING: State = { ...initialState(['hls']), phase: { is: 'playing', sinceMs: 0 } };
const SNAPSHOT: Snapshot = {
  state: PLAYING, nowMs: 100_000, facts: NO_FACTS, engine: 'HLS', chosen: null, choices: NO_CHOICES,
  width: 1280, height: 720, bitrateBps: 2_540_000, behindS: 1.04, leadS: 0.8, bufferS: 0.95, agoS: 1.31,
  framesDecoded: 1_500, framesDropped: 3, framesPerSecond: 24.96, muted: false, volume: 1, soundBlocked: false,
};

function rows(change: Partial<Snapshot> = {}, glassS: number | null = null): Record<string, string> {
  return Object.fromEntries(health({ ...SNAPSHOT, ...change }, glassS));
}

describe('the health of a connection', () => {
  it('is told in figures', () => {
    const facts = {
      videoCodec: 'avc1.64001f', audioCodec: 'mp4a.40.2', framesPerSecond: 25, audioHz: 48_000, audioChannels: 2,
    };
    expect(rows({ facts })).toEqual({
      Delivery: 'HLS',
      'Behind live': '1.0 s, aims at 0.8 s',
      'Since ingest': '1.3 s',
      Buffer: '0.9 s',
      Stalls: 'none',
      Frames: '25.0 a second, 3 of 1500 dropped',
      Picture: '1280 × 720, 25 fps',
      Sound: '48 kHz, stereo',
      Codecs: 'avc1.64001f, mp4a.40.2',
      Bitrate: '2.5 Mbit/s',
    });
  });

  it('has a row more where the picture tells its time', () => {
    expect(rows({}, 1.18)['Glass to glass']).toBe('1.2 s');
    expect(rows()['Glass to glass']).toBeUndefined();
  });

  it('says which of several qualities there are', () => {
    const qualities = [{ key: '1', label: '720p' }, { key: '0', label: '360p' }];
    expect(rows({ choices: { ...NO_CHOICES, qualities } }).Picture).toBe('1280 × 720, 1 of 2');
  });

  it('counts stalls, the present one too', () => {
    const stalled: State = {
      ...PLAYING, stalls: 2, stalledMs: 1_500, phase: { is: 'stalled', sinceMs: 98_000, cause: 'network' },
    };
    expect(rows({ state: stalled }).Stalls).toBe('2, 3.5 s in all');
    expect(rows({ state: { ...PLAYING, stalls: 1, stalledMs: 125_000 } }).Stalls).toBe('1, 2 min in all');
  });

  it('says nothing that is not so: before it plays, and where nobody tells', () => {
    const idle = rows({
      state: initialState(['hls']), width: 0, height: 0, bitrateBps: 0, framesDecoded: 0, agoS: null,
    }, 3);
    expect(new Set(Object.entries(idle).filter(([name]) => !['Delivery', 'Stalls'].includes(name)).map(([, v]) => v)))
      .toEqual(new Set(['–']));
    expect(rows({ agoS: null })['Since ingest']).toBe('–');
  });
});
