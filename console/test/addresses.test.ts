import { describe, expect, it } from 'vitest';
import {
  advertised, embedCode, embedUrl, flag, hlsUrl, httpFlvUrl, mediaQuery, playerUrl, rtmpUrl, webSocketFlvUrl,
} from '../web/shared/addresses.ts';

const PLAIN = { protocol: 'http:', host: 'tv.example:8080', hostname: 'tv.example' };
const SECURE = { protocol: 'https:', host: 'tv.example', hostname: 'tv.example' };
const ALL = { autoplay: true, muted: false, controls: true };

describe('addresses of a stream', () => {
  it('follow the page', () => {
    expect(playerUrl(PLAIN, 'live/a')).toBe('http://tv.example:8080/player/live/a');
    expect(httpFlvUrl(SECURE, 'live/a')).toBe('https://tv.example/live/a.flv');
    expect(hlsUrl(PLAIN, 'live/a', '?token=x')).toBe('http://tv.example:8080/live/a/index.m3u8?token=x');
    expect(webSocketFlvUrl(PLAIN, 'live/a')).toBe('ws://tv.example:8080/live/a.flv');
    expect(webSocketFlvUrl(SECURE, 'live/a', '?token=x')).toBe('wss://tv.example/live/a.flv?token=x');
  });

  it.each([
    ['live/a', 1935, 'rtmp://tv.example/live/a'],
    ['live/a', 1936, 'rtmp://tv.example:1936/live/a'],
    ['one.example!live/a', 1935, 'rtmp://tv.example/live/a?vhost=one.example'],
  ])('%s on RTMP port %d is %s', (name, port, url) => expect(rtmpUrl(PLAIN, name, port)).toBe(url));

  it('are where the server says that it is', () => {
    const there = advertised(PLAIN, 'https://live.example:8443');
    expect(playerUrl(there, 'live/a')).toBe('https://live.example:8443/player/live/a');
    expect(webSocketFlvUrl(there, 'live/a')).toBe('wss://live.example:8443/live/a.flv');
    expect(rtmpUrl(PLAIN, 'live/a', 1936, 'rtmps://in.example')).toBe('rtmps://in.example/live/a');
    for (const none of ['', 'live.example', 'javascript:alert(1)', 'https://']) {
      expect(advertised(PLAIN, none)).toBe(PLAIN);
      expect(rtmpUrl(PLAIN, 'live/a', 1936, none)).toBe('rtmp://tv.example:1936/live/a');
    }
  });

  it('takes an IPv6 host as it stands', () => {
    const place = { protocol: 'http:', host: '[::1]:8080', hostname: '[::1]' };
    expect(rtmpUrl(place, 'live/a', 1936)).toBe('rtmp://[::1]:1936/live/a');
  });
});

describe('embedding', () => {
  it('says only what differs from the default', () => {
    expect(embedUrl(SECURE, 'live/a', ALL)).toBe('https://tv.example/player/live/a?embed=1');
    expect(embedUrl(SECURE, 'live/a', { autoplay: false, muted: true, controls: false })).toBe(
      'https://tv.example/player/live/a?embed=1&autoplay=0&muted=1&controls=0',
    );
  });

  it('is HTML that can be pasted', () => {
    const code = embedCode(SECURE, 'live/a', { ...ALL, muted: true });
    expect(code).toContain('src="https://tv.example/player/live/a?embed=1&amp;muted=1"');
    expect(code).toMatch(/^<iframe [^<>]*><\/iframe>$/);
  });
});

describe('the query of a page', () => {
  it('hands on what is not its own', () => {
    const query = new URLSearchParams('stream=a&embed=1&token=s%26t&muted=1&engine=hls&x=1');
    expect(mediaQuery(query)).toBe('?token=s%26t&x=1');
    expect(mediaQuery(new URLSearchParams('stream=a&autoplay=0'))).toBe('');
  });

  it.each([
    ['', true, true], ['', false, false], ['muted', false, true], ['muted=1', false, true],
    ['muted=TRUE', false, true], ['muted=on', false, true], ['muted=0', true, false],
    ['muted=false', true, false], ['muted=maybe', true, false], ['mute=yes', false, true],
  ])('%j with the default %s is %s', (query, otherwise, expected) => {
    expect(flag(new URLSearchParams(query), ['muted', 'mute'], otherwise)).toBe(expected);
  });
});
