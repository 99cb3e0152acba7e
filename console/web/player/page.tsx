/* The player page: the stage, and around it (unless embedded) name, state and what can be shared. */

import { useEffect, useState } from 'preact/hooks';
import { DEFAULT_RTMP_PORT } from '../shared/addresses.ts';
import { viewers } from '../shared/format.ts';
import { ShareIcon, ViewersIcon, Wordmark } from '../shared/icons.tsx';
import { useLive } from '../shared/use-live.ts';
import { describe, type Description } from './describe.ts';
import type { Snapshot, Target } from './player.ts';
import { SharePanel } from './share.tsx';
import { Stage } from './stage.tsx';

const LIVE_REFRESH_MS = 10_000;

interface Props {
  readonly target: Target;
  readonly embed: boolean;
  readonly autoplay: boolean;
  readonly muted: boolean;
  readonly controls: boolean;
  readonly stats: boolean;
}

export function PlayerPage(props: Props) {
  const [stats, setStats] = useState(props.stats);
  const [snapshot, setSnapshot] = useState<Snapshot | null>(null);
  const stage = (
    <Stage {...props} stats={stats} onStats={() => setStats(!stats)} onSnapshot={setSnapshot} />
  );
  if (props.embed) return stage;
  const said = snapshot === null ? null : describe(snapshot.state, snapshot.nowMs);
  return (
    <div class="frame">
      <header>
        <Wordmark />
      </header>
      <main>
        {stage}
        <Foot target={props.target} said={said} />
      </main>
    </div>
  );
}

interface FootProps {
  readonly target: Target;
  readonly said: Description | null;
}

function Foot({ target, said }: FootProps) {
  const [sharing, setSharing] = useState(false);
  // asked again when the picture comes: before that this viewer was not among them
  const listing = useLive(LIVE_REFRESH_MS, said?.tone);
  const listed = listing?.is === 'listed' ? listing : null;
  const watching = listed?.streams.find((stream) => stream.name === target.stream);
  const badge = said?.badge ?? 'Loading';
  useEffect(() => {
    document.title = `${said?.tone === 'live' ? '● ' : ''}${target.stream} · Sluice`;
  }, [said?.tone, target.stream]);
  return (
    <section class="foot" aria-label="About this stream">
      <div class="about">
        <h1>{target.stream}</h1>
        <p class="facts">
          <span class={`badge ${said?.tone ?? 'quiet'}`}>{badge}</span>
          {watching !== undefined && said?.tone === 'live' && (
            <span class="viewers">
              <ViewersIcon />
              {viewers(watching.viewers)}
            </span>
          )}
        </p>
      </div>
      <button type="button" class="button quiet" onClick={() => setSharing(true)}>
        <ShareIcon />
        Share
      </button>
      {sharing && (
        <SharePanel
          target={target}
          rtmpPort={listed?.rtmpPort ?? DEFAULT_RTMP_PORT}
          http={listed?.http ?? ''}
          rtmp={listed?.rtmp ?? ''}
          onClose={() => setSharing(false)}
        />
      )}
    </section>
  );
}
