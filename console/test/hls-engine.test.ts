import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HlsEngine } from '../web/player/hls-engine.ts';
import type { Failure } from '../web/player/state.ts';

const { FakeHls } = vi.hoisted(() => {
  class FakeHls {
    static last: FakeHls;
    static Events = {
      MANIFEST_LOADED: 'manifest-loaded',
      MANIFEST_PARSED: 'manifest-parsed',
      AUDIO_TRACKS_UPDATED: 'audio-tracks',
      LEVEL_LOADED: 'level-loaded',
      LEVEL_UPDATED: 'level-updated',
      AUDIO_TRACK_LOADED: 'audio-loaded',
      FRAG_LOADED: 'frag-loaded',
      ERROR: 'error',
    };
    static ErrorDetails = { FRAG_GAP: 'fragGap' };
    source = '';
    media: unknown = null;
    destroyed = false;
    targetLatency: number | null = null;
    liveSyncPosition: number | null = null;
    latency = 0;
    playingDate: Date | null = null;
    levels: object[] = [];
    currentLevel = -1;
    nextLevel = -1;
    manualLevel = -1;
    audioTracks: object[] = [];
    audioTrack = -1;
    #listeners = new Map<string, ((event: string, data: unknown) => void)[]>();
    config: Record<string, unknown>;

    constructor(config: Record<string, unknown>) {
      this.config = config;
      FakeHls.last = this;
    }

    on(event: string, listener: (event: string, data: unknown) => void) {
      this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
    }

    tell(event: string, data: unknown = {}) {
      const listeners = this.#listeners.get(event) ?? [];
      expect(listeners, event).not.toEqual([]);
      for (const listener of listeners) listener(event, data);
    }

    loadSource(url: string) {
      this.source = url;
    }

    attachMedia(media: unknown) {
      this.media = media;
    }

    destroy() {
      this.destroyed = true;
    }
  }
  return { FakeHls };
});
vi.mock('hls.js', () => ({ default: FakeHls }));

const VIDEO = {} as HTMLVideoElement;
const { Events } = FakeHls;
const URL = 'http://x/live/a/index.m3u8';
let heard: (string | Failure)[];
const reports = { answered: () => heard.push('answered'), failed: (failure: Failure) => heard.push(failure) };

function started(): [HlsEngine, InstanceType<typeof FakeHls>] {
  const engine = new HlsEngine(URL);
  engine.start(VIDEO, reports);
  return [engine, FakeHls.last];
}

/** All that was going on has been done by then. */
const settled = () => new Promise((turn) => setTimeout(turn));

function answers(answer: () => Response | Promise<Response>) {
  const fetch = vi.fn(async () => answer());
  vi.stubGlobal('fetch', fetch);
  return fetch;
}

beforeEach(() => {
  heard = [];
  answers(() => new Response(null));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('HLS by hls.js', () => {
  it('plays the address in the element, with low latency and without a worker', async () => {
    const [engine, hls] = started();
    expect(hls).toMatchObject({ source: '', media: VIDEO });
    expect(hls.config).toMatchObject({ enableWorker: false, lowLatencyMode: true });
    await settled();
    expect(heard).toEqual(['answered']);
    expect(hls.source).toBe(URL);
    engine.stop();
    expect(hls.destroyed).toBe(true);
  });

  it('does not wait for the playlist of a stream that is not there', async () => {
    const fetch = answers(() => new Response(null, { status: 404 }));
    const [, hls] = started();
    await settled();
    expect(fetch).toHaveBeenCalledWith(URL, expect.objectContaining({ method: 'HEAD' }));
    expect(heard).toEqual([{ kind: 'absent', text: '' }]);
    expect(hls.source).toBe('');
  });

  it('begins nothing after it was stopped', async () => {
    let answer: (response: Response) => void = () => undefined;
    answers(() => new Promise((resolve) => (answer = resolve)));
    const [engine, hls] = started();
    engine.stop();
    answer(new Response(null));
    await settled();
    expect(heard).toEqual([]);
    expect(hls.source).toBe('');
  });

  it('counts media as bytes, and every answer as a sign of the server', () => {
    const [engine, hls] = started();
    const signs = () => engine.heard();
    expect([engine.bytes(), signs()]).toEqual([0, 0]);
    for (const event of [Events.MANIFEST_LOADED, Events.LEVEL_LOADED, Events.AUDIO_TRACK_LOADED]) hls.tell(event);
    expect([engine.bytes(), signs()]).toEqual([0, 3]);
    hls.tell(Events.FRAG_LOADED, { payload: new ArrayBuffer(500) });
    hls.tell(Events.FRAG_LOADED, { payload: new ArrayBuffer(70) });
    expect([engine.bytes(), signs()]).toEqual([570, 5]);
    hls.tell(Events.ERROR, { fatal: false, response: { code: 503 } });
    hls.tell(Events.ERROR, { fatal: false, response: { code: 0 } });
    hls.tell(Events.ERROR, { fatal: false });
    expect([engine.bytes(), signs()]).toEqual([570, 6]);
    expect(heard).toEqual([]);
  });

  it('fails when hls.js does', () => {
    const [, hls] = started();
    hls.tell(Events.ERROR, { fatal: true, type: 'networkError', details: 'levelLoadError', response: { code: 404 } });
    expect(heard).toEqual([{ kind: 'absent', text: '' }]);
  });

  it('tells how late it is, and when what is shown was taken', () => {
    const [engine, hls] = started();
    expect(engine.timing()).toEqual({ leadS: 0.8, liveS: null, behindS: null, takenAtMs: null });
    Object.assign(hls, { targetLatency: 1, liveSyncPosition: 31.5, latency: 1.2, playingDate: new Date(1_700_000) });
    expect(engine.timing()).toEqual({ leadS: 1, liveS: 31.5, behindS: 1.2, takenAtMs: 1_700_000 });
    engine.stop();
    expect(engine.timing()).toEqual({ leadS: 0.8, liveS: null, behindS: null, takenAtMs: null });
  });

  it('does not hold it against the network that nobody delivered', () => {
    const clock = vi.spyOn(performance, 'now');
    const [, hls] = started();
    const grows = (atMs: number, details: object) => {
      clock.mockReturnValue(atMs);
      hls.targetLatency = 2.5; // as stalls have made it
      const usual = { advanced: true, partTarget: 0.2, targetduration: 2, partHoldBack: 1, holdBack: 6 };
      hls.tell(Events.LEVEL_UPDATED, { details: { ...usual, ...details } });
      return hls.targetLatency;
    };
    expect(grows(50_000, {})).toBe(2.5);
    expect(grows(52_200, {})).toBe(2.5);
    expect(grows(54_401, {})).toBe(1);
    expect(grows(54_600, {})).toBe(2.5);
    expect(grows(60_000, { advanced: false })).toBe(2.5);
    const whole = { partTarget: 0, partHoldBack: 0 };
    expect(grows(60_001, whole)).toBe(6);
    expect(grows(64_001, whole)).toBe(2.5);
    expect(grows(68_002, whole)).toBe(6);
    expect(grows(80_000, { ...whole, holdBack: 0 })).toBe(2.5);
  });

  it('goes on behind a gap as soon as there is enough', () => {
    const video = { currentTime: 10 } as HTMLVideoElement;
    new HlsEngine(URL).start(video, reports);
    const hls = FakeHls.last;
    const fragments = [{ end: 10 }, { gap: true, end: 16 }, { gap: true, end: 22 }];
    const grows = (liveS: number | null, list: object[] = fragments) => {
      hls.liveSyncPosition = liveS;
      hls.tell(Events.LEVEL_UPDATED, { details: { advanced: false, fragments: list } });
      return video.currentTime;
    };
    expect(grows(30)).toBe(10); // nobody stands before a gap
    hls.tell(Events.ERROR, { fatal: false, details: 'fragGap' });
    expect(grows(null)).toBe(10);
    expect(grows(21.9)).toBe(10);
    expect(grows(22)).toBe(22);
    expect(grows(23)).toBe(22);
    hls.tell(Events.ERROR, { fatal: false, details: 'fragGap' });
    expect(grows(24)).toBe(22); // it has passed it by itself
    hls.tell(Events.ERROR, { fatal: false, details: 'fragGap' });
    expect(grows(24, [{ end: 40 }])).toBe(22); // the gap is listed no more
    expect(heard).toEqual([]);
  });

  it('knows its media from the playlist', () => {
    const [engine, hls] = started();
    expect(engine.facts().videoCodec).toBe('');
    hls.levels = [{ videoCodec: 'avc1.64001F', audioCodec: 'mp4a.40.2', frameRate: 25 }];
    expect(engine.facts()).toEqual({
      videoCodec: 'avc1.64001F', audioCodec: 'mp4a.40.2', framesPerSecond: 25, audioHz: 0, audioChannels: 0,
    });
    hls.audioTracks = [{ channels: '2' }];
    hls.audioTrack = 0;
    expect(engine.facts().audioChannels).toBe(2);
  });
});

describe('what there is to choose from', () => {
  const level = (height: number, bitrate: number, frameRate = 25) => ({
    width: (height * 16) / 9, height, bitrate, frameRate, videoCodec: 'avc1.64001f', audioCodec: 'mp4a.40.2',
  });

  it('is nothing before the playlist and after the end', () => {
    const [engine] = started();
    expect(engine.choices()).toMatchObject({ qualities: [], sounds: [], quality: '', sound: '' });
    engine.stop();
    expect(engine.choices()).toMatchObject({ qualities: [], sounds: [], wanted: '' });
    engine.chooseQuality('0');
    engine.chooseSound('0');
  });

  it.each([
    ['by height', [level(360, 8e5), level(720, 2.5e6)], ['1 720p', '0 360p']],
    ['by rate, too', [level(720, 2.5e6), level(720, 4e6, 50)], ['1 720p50, 4.0 Mbit/s', '0 720p25, 2.5 Mbit/s']],
    ['by bit rate', [level(720, 2.5e6), level(720, 4e6)], ['1 720p, 4.0 Mbit/s', '0 720p, 2.5 Mbit/s']],
    ['of sound alone', [level(0, 64_000), level(0, 128_000)], ['1 128 kbit/s', '0 64 kbit/s']],
  ])('are qualities, told %s, best first', (_, levels, expected) => {
    const [engine, hls] = started();
    hls.levels = levels;
    expect(engine.choices().qualities.map(({ key, label }) => `${key} ${label}`)).toEqual(expected);
  });

  it('are sounds by name and language', () => {
    const [engine, hls] = started();
    hls.audioTracks = [
      { name: 'English', lang: 'en' }, { name: 'audio_de', lang: 'de' }, { name: 'a7', lang: 'und' }, { name: 'Hall' },
    ];
    hls.audioTrack = 2;
    expect(engine.choices().sounds.map(({ label }) => label)).toEqual(['English (en)', 'audio_de', 'Track 3', 'Hall']);
    expect(engine.choices().sound).toBe('2');
  });

  it('is chosen, and by itself again; what is not there is not', () => {
    const [engine, hls] = started();
    hls.levels = [level(360, 8e5), level(720, 2.5e6)];
    hls.audioTracks = [{ name: 'a' }, { name: 'b' }];
    hls.audioTrack = 0;
    engine.chooseQuality('1');
    expect(hls.nextLevel).toBe(1);
    engine.chooseQuality('2');
    expect(hls.nextLevel).toBe(1);
    engine.chooseQuality(null);
    expect(hls.nextLevel).toBe(-1);
    engine.chooseSound('1');
    engine.chooseSound('2');
    expect(hls.audioTrack).toBe(1);
    Object.assign(hls, { currentLevel: 0, manualLevel: 1 });
    expect(engine.choices()).toMatchObject({ quality: '0', wanted: '1', sound: '1' });
  });

  it('is told when the playlists are there', () => {
    const engine = new HlsEngine(URL);
    engine.start(VIDEO, { ...reports, ready: () => heard.push('ready') });
    FakeHls.last.tell(Events.MANIFEST_PARSED);
    FakeHls.last.tell(Events.AUDIO_TRACKS_UPDATED);
    expect(heard).toEqual(['ready', 'ready']);
  });
});
