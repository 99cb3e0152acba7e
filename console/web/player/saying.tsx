/* What is said over the picture, with the one thing that can be done about it. */

import { PlayIcon } from '../shared/icons.tsx';
import type { Description } from './describe.ts';

interface Props {
  readonly said: Description;
  readonly onPlay: () => void;
  readonly onRetry: () => void;
}

export function Saying({ said, onPlay, onRetry }: Props) {
  return (
    <div class={`saying ${said.title === null ? '' : 'shade'}`}>
      {said.action === 'play' && (
        <button type="button" class="big-play" aria-label="Play" onClick={onPlay}>
          <PlayIcon />
        </button>
      )}
      {said.busy && <Water />}
      <div role="status" aria-live="polite">
        {said.title !== null && <p class="title">{said.title}</p>}
      </div>
      {said.detail !== '' && <p class="detail">{said.detail}</p>}
      {said.action === 'retry' && (
        <button type="button" class="button" onClick={onRetry}>
          Try now
        </button>
      )}
    </div>
  );
}

/** Water behind the gate: the page's own way to say "wait". Stands still where motion is unwelcome. */
function Water() {
  return (
    <svg class="water-sign" viewBox="0 0 64 24" width="64" height="24" aria-hidden="true">
      <path d="M-32 8c5.3-5.6 10.7-5.6 16 0s10.7 5.6 16 0 10.7-5.6 16 0 10.7 5.6 16 0 10.7-5.6 16 0 10.7 5.6 16 0 10.7-5.6 16 0 10.7 5.6 16 0" />
      <path d="M-32 17c5.3-5.6 10.7-5.6 16 0s10.7 5.6 16 0 10.7-5.6 16 0 10.7 5.6 16 0 10.7-5.6 16 0 10.7 5.6 16 0 10.7-5.6 16 0 10.7 5.6 16 0" />
    </svg>
  );
}
