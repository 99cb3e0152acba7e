import { describe, expect, it } from 'vitest';
import { chooseEngines, engineLabel, engineUrl, OFFERED, type EngineId } from '../web/player/engines.ts';

const ALL = { mediaSource: true, streamingFetch: true, webSocket: true };
const PLACE = { protocol: 'https:', host: 'tv.example', hostname: 'tv.example' };

describe('engines', () => {
  it.each([
    ['a current browser', ALL, OFFERED, ['http-flv', 'ws-flv']],
    ['one without streaming fetch', { ...ALL, streamingFetch: false }, OFFERED, ['ws-flv']],
    ['one without WebSocket', { ...ALL, webSocket: false }, OFFERED, ['http-flv']],
    ['one without media source', { ...ALL, mediaSource: false }, OFFERED, []],
    ['a server without HTTP-FLV', ALL, ['ws-flv'], ['ws-flv']],
    ['a server with nothing', ALL, [], []],
  ])('for %s', (_, abilities, offered, expected) => {
    expect(chooseEngines(offered as EngineId[], abilities)).toEqual(expected);
  });

  it('have addresses and names', () => {
    expect(engineUrl('http-flv', PLACE, 'live/a', '?token=t')).toBe('https://tv.example/live/a.flv?token=t');
    expect(engineUrl('ws-flv', PLACE, 'live/a', '')).toBe('wss://tv.example/live/a.flv');
    expect(OFFERED.map(engineLabel)).toEqual(['HTTP-FLV', 'WebSocket-FLV']);
  });
});
