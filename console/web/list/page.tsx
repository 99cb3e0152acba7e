/* What is live, as cards; and what to do when nothing is, or when the server keeps it to itself. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { playerPath, rtmpHost, type Place } from '../shared/addresses.ts';
import { CopyRow } from '../shared/copy.tsx';
import { Wordmark } from '../shared/icons.tsx';
import type { Listing } from '../shared/live.ts';
import { parseStreamName } from '../shared/stream-name.ts';
import { useLive } from '../shared/use-live.ts';
import { StreamCard } from './card.tsx';

const REFRESH_MS = 3_000;

export function ListPage({ place }: { place: Place }) {
  const listing = useLive(REFRESH_MS);
  const known = useLastListed(listing);
  const count = known?.streams.length ?? 0;
  return (
    <div class="frame">
      <header>
        <Wordmark />
        {known !== null && count > 0 && (
          <p class="count" role="status">
            {count === 1 ? '1 stream live' : `${count} streams live`}
          </p>
        )}
      </header>
      <main>
        {listing?.is === 'unreachable' && (
          <p class="notice" role="alert">
            The server does not answer. Trying again…
          </p>
        )}
        {listing?.is === 'not-listed' ? (
          <NotListed />
        ) : known === null ? null : count > 0 ? (
          <Cards known={known} stale={listing?.is === 'unreachable'} />
        ) : (
          <Empty place={place} known={known} />
        )}
      </main>
    </div>
  );
}

type Listed = Extract<Listing, { is: 'listed' }>;

/** The newest answer that was a list: what is shown while the server does not answer. */
function useLastListed(listing: Listing | null): Listed | null {
  const [last, setLast] = useState<Listed | null>(null);
  useEffect(() => {
    if (listing?.is === 'listed') setLast(listing);
  }, [listing]);
  return last;
}

function Cards({ known, stale }: { known: Listed; stale: boolean }) {
  return (
    <>
      <h1>Live now</h1>
      <ul class={`cards ${stale ? 'stale' : ''}`}>
        {known.streams.map((stream) => (
          <li key={stream.name}>
            <StreamCard stream={stream} />
          </li>
        ))}
      </ul>
      {known.demo && <p class="hint">This is the demo: its streams are listed for everybody.</p>}
    </>
  );
}

function Empty({ place, known }: { place: Place; known: Listed }) {
  const { demo } = known;
  const host = rtmpHost(place, known.rtmpPort, known.rtmp);
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(place.hostname);
  return (
    <section class="empty">
      <h1>Nothing is live yet</h1>
      <p>
        {demo ? 'The demo picture is about to start. ' : ''}
        Send a stream to this server, and it appears here by itself.
      </p>
      <div class="ways">
        <div class="way">
          <h2>OBS</h2>
          <p>Settings, Stream, Service “Custom”:</p>
          <CopyRow label="Server" text={`${host}/live`} />
          <CopyRow label="Stream key" text="mine" />
        </div>
        <div class="way">
          <h2>ffmpeg</h2>
          <p>A file, as it is (H.264 and AAC), at its own pace:</p>
          <CopyRow
            label="Command"
            text={`ffmpeg -re -i clip.mp4 -c copy -f flv ${host}/live/mine`}
            long
          />
        </div>
      </div>
      {!local && (
        <p class="hint">
          From another machine than the server itself, publishing needs the server's token: append{' '}
          <code>?token=…</code> to the stream key.
        </p>
      )}
    </section>
  );
}

function NotListed() {
  const input = useRef<HTMLInputElement>(null);
  const [complaint, setComplaint] = useState('');
  return (
    <section class="empty">
      <h1>Streams are not listed here</h1>
      <p>If you know the name of a stream, you can watch it.</p>
      <form
        class="by-name"
        onSubmit={(event) => {
          event.preventDefault();
          const name = parseStreamName(input.current?.value.trim() ?? '');
          if (name.ok) location.assign(playerPath(name.name));
          else setComplaint(name.reason);
        }}
      >
        <label for="stream-name">Stream</label>
        <input
          ref={input}
          id="stream-name"
          name="stream"
          placeholder="live/mine"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          aria-describedby="stream-complaint"
        />
        <button type="submit" class="button">
          Watch
        </button>
      </form>
      <p id="stream-complaint" class="complaint" role="alert">
        {complaint}
      </p>
    </section>
  );
}
