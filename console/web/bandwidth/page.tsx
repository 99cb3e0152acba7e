/* Measures down and up, one after the other, and says what that is good for. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { Wordmark } from '../shared/icons.tsx';
import { heightFor, rateText } from './meter.ts';
import { measureDown, measureUp, Refused, type Progress } from './measure.ts';

interface Direction {
  readonly rate: number | null;
  /** From 0 to 1; 1 when it is over. */
  readonly share: number;
  readonly fault: string | null;
}

const NOT_YET: Direction = { rate: null, share: 0, fault: null };

type Measure = typeof measureDown;

export function BandwidthPage({ query }: { query: URLSearchParams }) {
  const [down, setDown] = useState(NOT_YET);
  const [up, setUp] = useState(NOT_YET);
  const [running, setRunning] = useState(false);
  const run = useRef<AbortController | null>(null);
  useEffect(() => () => run.current?.abort(), []);

  const start = async () => {
    const abort = new AbortController();
    run.current = abort;
    setRunning(true);
    setDown(NOT_YET);
    setUp(NOT_YET);
    await one(measureDown, query, setDown, abort.signal);
    if (!abort.signal.aborted) await one(measureUp, query, setUp, abort.signal);
    if (run.current === abort) setRunning(false);
  };

  const stream = query.get('stream');
  const height = down.share === 1 && down.rate !== null ? heightFor(down.rate) : null;
  return (
    <div class="frame">
      <header>
        <Wordmark />
      </header>
      <main>
        <h1>How fast is this connection?</h1>
        <p class="hint">
          Between this browser and this server, for {stream === null ? 'whoever has its token' : stream}. It
          takes about twelve seconds and as many bytes as the connection carries in them.
        </p>
        <div class="directions">
          <Shown title="Down, for watching" direction={down} />
          <Shown title="Up, for publishing" direction={up} />
        </div>
        {height !== null && (
          <p class="verdict" role="status">
            Enough to watch {height} lines at the usual bit rates.
          </p>
        )}
        <button type="button" class="button" disabled={running} onClick={() => void start()}>
          {running ? 'Measuring…' : down.share === 0 && down.fault === null ? 'Measure' : 'Measure again'}
        </button>
      </main>
    </div>
  );
}

async function one(
  measure: Measure, query: URLSearchParams, set: (direction: Direction) => void, signal: AbortSignal,
): Promise<void> {
  const progress: Progress = (rate, share) => set({ rate, share: Math.min(share, 0.99), fault: null });
  try {
    set({ rate: await measure(query, progress, signal), share: 1, fault: null });
  } catch (fault) {
    const said = fault instanceof Refused ? fault.message : 'the connection broke';
    if (!signal.aborted) set({ rate: null, share: 0, fault: said });
  }
}

function Shown({ title, direction }: { title: string; direction: Direction }) {
  const { rate, share, fault } = direction;
  return (
    <section class="direction">
      <h2>{title}</h2>
      <p class="rate">{fault !== null ? '–' : rate === null ? '…' : rateText(rate)}</p>
      <progress max={1} value={share} aria-label={title} />
      {fault !== null && <p role="alert">Not measured: {fault}.</p>}
    </section>
  );
}
