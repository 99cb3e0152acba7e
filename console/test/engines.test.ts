import { describe, expect, it } from 'vitest';
import {
  choosableEngines, chooseEngines, engineForm, engineLabel, engineUrl, isEngineName, OFFERED, type EngineId,
} from '../web/player/engines.ts';

const ALL = { mediaSource: true, streamingFetch: true, webSocket: true, nativeHls: false };
const PLACE = { protocol: 'https:', host: 'tv.example', hostname: 'tv.example' };

describe('engines', () => {
  it.each([
    ['a current browser', ALL, OFFERED, ['http-flv', 'ws-flv', 'hls']],
    ['one with HLS of its own', { ...ALL, nativeHls: true }, OFFERED, ['http-flv', 'ws-flv', 'hls']],
    ['one without streaming fetch', { ...ALL, streamingFetch: false }, OFFERED, ['ws-flv', 'hls']],
    ['one without WebSocket', { ...ALL, webSocket: false }, OFFERED, ['http-flv', 'hls']],
    ['one with nothing but HLS', { ...ALL, mediaSource: false, nativeHls: true }, OFFERED, ['native-hls']],
    ['one without media source', { ...ALL, mediaSource: false }, OFFERED, []],
    ['a server without HTTP-FLV', ALL, ['ws-flv'], ['ws-flv']],
    ['a server with nothing', ALL, [], []],
  ])('for %s', (_, abilities, offered, expected) => {
    expect(chooseEngines(offered as EngineId[], abilities)).toEqual(expected);
  });

  it.each([
    ['hls', ALL, ['hls']],
    ['ws-flv', ALL, ['ws-flv']],
    ['http-flv', { ...ALL, streamingFetch: false }, []],
    ['hls', { ...ALL, nativeHls: true }, ['hls']],
    ['hls', { ...ALL, mediaSource: false, nativeHls: true }, ['native-hls']],
    ['hls', { ...ALL, mediaSource: false }, []],
    ['native-hls', { ...ALL, nativeHls: true }, ['native-hls']],
    ['native-hls', ALL, []],
    ['', ALL, ['http-flv', 'ws-flv', 'hls']],
    ['toString', ALL, ['http-flv', 'ws-flv', 'hls']],
    [null, ALL, ['http-flv', 'ws-flv', 'hls']],
  ])('when the address asks for %s', (asked, abilities, expected) => {
    expect(chooseEngines(OFFERED, abilities, asked)).toEqual(expected);
  });

  it.each([
    [ALL, ['http-flv', 'ws-flv', 'hls']],
    [{ ...ALL, nativeHls: true }, ['http-flv', 'ws-flv', 'hls', 'native-hls']],
    [{ ...ALL, mediaSource: false, nativeHls: true }, ['native-hls']],
    [{ ...ALL, mediaSource: false }, []],
  ])('can be chosen where they fit: %j', (abilities, expected) => {
    expect(choosableEngines(OFFERED, abilities)).toEqual(expected);
  });

  it('know by which form of the stream they live', () => {
    expect(OFFERED.map(engineForm)).toEqual(['flv', 'flv', 'hls', 'native-hls']);
    expect(['hls', 'ws-flv', 'flv', '', null].map(isEngineName)).toEqual([true, true, false, false, false]);
  });

  it('have addresses and names', () => {
    expect(engineUrl('http-flv', PLACE, 'live/a', '?token=t')).toBe('https://tv.example/live/a.flv?token=t');
    expect(engineUrl('ws-flv', PLACE, 'live/a', '')).toBe('wss://tv.example/live/a.flv');
    expect(engineUrl('hls', PLACE, 'live/a', '?token=t')).toBe('https://tv.example/live/a/index.m3u8?token=t');
    expect(engineUrl('native-hls', PLACE, 'live/a', '')).toBe('https://tv.example/live/a/index.m3u8');
    expect(OFFERED.map(engineLabel)).toEqual(['HTTP-FLV', 'WebSocket-FLV', 'HLS', 'HLS, by the browser']);
  });
});
