import { describe, expect, it } from 'vitest';
import { hlsFailure } from '../web/player/hls-failure.ts';

const request = (body: string, responseType = 'text', retryAfter: string | null = null) => ({
  responseType,
  get responseText() {
    if (responseType !== 'text') throw new DOMException('not a text', 'InvalidStateError');
    return body;
  },
  getResponseHeader: (name: string) => (name === 'retry-after' ? retryAfter : null),
});

describe('when hls.js gives up', () => {
  it.each([
    ['manifestLoadError', 404, 'absent'],
    ['levelLoadError', 404, 'absent'],
    ['audioTrackLoadError', 410, 'absent'],
    ['manifestLoadError', 403, 'denied'],
    ['manifestLoadError', 406, 'form'],
    ['manifestLoadError', 400, 'refused'],
    ['manifestLoadError', 500, 'network'],
  ])('%s with %d means %s, in the words of the server', (details, code, kind) => {
    const networkDetails = request('{"message":"so"}');
    expect(hlsFailure({ type: 'networkError', details, response: { code }, networkDetails })).toEqual({
      kind,
      text: 'so',
    });
  });

  it('a full server says when to come again', () => {
    const networkDetails = request('{}', 'text', '7');
    const fault = { type: 'networkError', details: 'manifestLoadError', response: { code: 503 }, networkDetails };
    expect(hlsFailure(fault)).toEqual({ kind: 'busy', text: '', retryAfterS: 7 });
  });

  it.each([
    ['no answer', 'manifestLoadError', 0],
    ['a time-out', 'levelLoadTimeOut', undefined],
    ['a segment that is no longer there', 'fragLoadError', 404],
    ['a playlist that is none', 'manifestParsingError', 200],
  ])('%s is of the network', (_, details, code) => {
    const response = code === undefined ? {} : { response: { code } };
    expect(hlsFailure({ type: 'networkError', details, ...response, networkDetails: request('', 'arraybuffer') }))
      .toEqual({ kind: 'network', text: '' });
  });

  it.each([undefined, null, 7, {}, request('not asked for', 'arraybuffer')])(
    'a refusal without a text (%#) has no words',
    (networkDetails) => {
      const fault = { type: 'networkError', details: 'levelLoadError', response: { code: 403 }, networkDetails };
      expect(hlsFailure(fault)).toEqual({ kind: 'denied', text: '' });
    },
  );

  it.each([
    ['networkError', 'manifestIncompatibleCodecsError', 'codec'],
    ['mediaError', 'bufferAddCodecError', 'codec'],
    ['mediaError', 'bufferAppendError', 'decoder'],
    ['muxError', 'remuxAllocError', 'decoder'],
    ['otherError', 'internalException', 'decoder'],
  ])('%s, %s is %s, in the words of the browser', (type, details, kind) => {
    expect(hlsFailure({ type, details, error: new Error('x'.repeat(300)) })).toEqual({
      kind,
      text: 'x'.repeat(200),
    });
  });
});
