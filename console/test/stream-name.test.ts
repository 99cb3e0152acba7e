import { describe, expect, it } from 'vitest';
import { parseStreamName, pathOf, streamOfAddress } from '../web/shared/stream-name.ts';

const NONE = new URLSearchParams();

describe('a stream name', () => {
  it.each(['mine', 'live/mine', 'a/b/c/d/e/f/g/h', 'tv.example!live/mine', 'A.b_c-9', 'x'.repeat(200)])(
    '%s is one',
    (name) => expect(parseStreamName(name)).toEqual({ ok: true, name }),
  );

  it.each([
    '', '/', 'a b', 'live//mine', 'a/b/c/d/e/f/g/h/i', 'x'.repeat(201), '!mine', 'a!b!c', 'live/%41',
    '../secret', 'live/./x', 'live/ü', '<script>', 'a?b', 'a\\b',
  ])('%j is none', (name) => expect(parseStreamName(name).ok).toBe(false));

  it('has a vhost in lower case', () => {
    expect(parseStreamName('TV.Example!Live/Mine')).toEqual({ ok: true, name: 'tv.example!Live/Mine' });
  });

  it('loses slashes at its ends', () => {
    expect(parseStreamName('/live/mine/')).toEqual({ ok: true, name: 'live/mine' });
  });

  it('keeps its slashes in a path', () => {
    expect(pathOf('tv!live/mine')).toBe('tv!live/mine');
  });
});

describe('the address of a page', () => {
  it.each([
    ['/player/mine', '', 'mine'],
    ['/player/live/mine', '', 'live/mine'],
    ['/player/live%2Fmine', '', 'live/mine'],
    ['/player/tv%21live/mine', '', 'tv!live/mine'],
    ['/index.html', 'stream=live/mine', 'live/mine'],
    ['/', 'stream=live%2Fmine', 'live/mine'],
    ['/player/live/mine', 'stream=other', 'live/mine'],
  ])('%s?%s asks for %3$s', (path, query, name) => {
    expect(streamOfAddress(path, new URLSearchParams(query))).toEqual({ ok: true, name });
  });

  it.each(['/player/%zz', '/player/', '/player/live%252Fmine', '/', '/player/a%20b'])('%s asks for none', (path) =>
    expect(streamOfAddress(path, NONE).ok).toBe(false),
  );
});
