/* The list of live streams, asked for again and again while the page is in view. */

import { useEffect, useState } from 'preact/hooks';
import { fetchLive, type Listing } from './live.ts';

/**
 * Null until the first answer. Where streams are not listed it is not asked for again.
 *
 * @param occasion it is asked for at once when this changes
 */
export function useLive(everyMs: number, occasion?: string): Listing | null {
  const [listing, setListing] = useState<Listing | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    let timer = 0;
    const ask = async () => {
      window.clearTimeout(timer);
      if (!document.hidden) {
        const answer = await fetchLive(abort.signal);
        if (abort.signal.aborted) return;
        setListing(answer);
        if (answer.is === 'not-listed') return;
      }
      timer = window.setTimeout(() => void ask(), everyMs);
    };
    const shown = () => {
      if (!document.hidden) void ask();
    };
    void ask();
    document.addEventListener('visibilitychange', shown);
    return () => {
      abort.abort();
      window.clearTimeout(timer);
      document.removeEventListener('visibilitychange', shown);
    };
  }, [everyMs, occasion]);
  return listing;
}
