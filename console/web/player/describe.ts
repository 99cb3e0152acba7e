/* What the page says about a state, in words that a viewer understands. */

import type { Failure, State } from './state.ts';

export interface Description {
  /** One or two words for the badge beside the stream's name. */
  readonly badge: string;
  readonly tone: 'live' | 'wait' | 'off' | 'quiet';
  /** Said over the picture; null when the picture speaks for itself. */
  readonly title: string | null;
  readonly detail: string;
  readonly action: 'none' | 'play' | 'retry';
  readonly busy: boolean;
}

export function describe(state: State, nowMs: number): Description {
  const { phase } = state;
  switch (phase.is) {
    case 'ready':
      return said('Ready', 'quiet', 'Watch the stream', '', 'play');
    case 'connecting':
      return said('Connecting', 'wait', 'Connecting…', '', 'none', true);
    case 'waiting':
      return said(
        'Not on air',
        'wait',
        'Waiting for the stream',
        'It has not started yet. This page begins to play by itself.',
        'none',
        true,
      );
    case 'playing':
      return said('Live', 'live', null, '', 'none');
    case 'stalled':
      return phase.cause === 'encoder'
        ? said(
            'Interrupted',
            'wait',
            'Encoder away, waiting',
            'Nothing is arriving at the moment. The picture goes on by itself.',
            'none',
            true,
          )
        : said(
            'Buffering',
            'wait',
            'Buffering…',
            'The connection is slower than the stream.',
            'none',
            true,
          );
    case 'offline':
      return said('Offline', 'off', offlineTitle(phase.failure), soon(state, phase.retryAtMs, nowMs), 'retry', true);
    case 'paused':
      return said('Paused', 'quiet', null, '', 'play');
    case 'failed':
      return said('Stopped', 'off', ...failure(phase.failure));
  }
}

function offlineTitle(failure: Failure): string {
  switch (failure.kind) {
    case 'busy':
      return 'The server is full';
    case 'network':
      return 'No connection to the server';
    default:
      return 'The stream is offline';
  }
}

function soon(state: State, retryAtMs: number | null, nowMs: number): string {
  if (retryAtMs === null) {
    return state.answered ? 'Connected again; the picture goes on when the stream does.' : 'Trying again now…';
  }
  return `Trying again in ${Math.max(1, Math.ceil((retryAtMs - nowMs) / 1000))} s.`;
}

function failure(failure: Failure): [title: string, detail: string, action: Description['action']] {
  const why = failure.text === '' ? '' : `${failure.text} `;
  const own = failure.text === '' ? '' : ` (${failure.text})`;
  switch (failure.kind) {
    case 'denied':
      return ['You may not watch this stream', `${why}Ask whoever gave you the address for a new one.`, 'retry'];
    case 'refused':
      return ['This address does not work', `${why}Check the stream's name in the address.`, 'retry'];
    case 'form':
    case 'codec':
      return [
        'This browser cannot play the stream',
        `Try a current Chrome, Edge, Firefox or Safari, or open the address under “Share” in VLC.${own}`,
        'retry',
      ];
    default:
      return ['The picture cannot be shown', `The stream's data could not be decoded.${own}`, 'retry'];
  }
}

function said(
  badge: string,
  tone: Description['tone'],
  title: string | null,
  detail: string,
  action: Description['action'],
  busy = false,
): Description {
  return { badge, tone, title, detail, action, busy };
}
