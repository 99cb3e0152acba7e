/* The picture, what is said over it, and the controls. */

import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { Controls } from './controls.tsx';
import { describe } from './describe.ts';
import { onKey } from './keys.ts';
import { Player, type Snapshot, type Target } from './player.ts';
import { Saying } from './saying.tsx';
import { SettingsPanel } from './settings.tsx';
import { StatsPanel } from './stats.tsx';
import { MutedIcon } from '../shared/icons.tsx';

/** Controls go away this long after the last sign of the viewer, while the picture moves. */
const IDLE_MS = 3_000;

interface Props {
  readonly target: Target;
  readonly autoplay: boolean;
  readonly muted: boolean;
  readonly controls: boolean;
  readonly stats: boolean;
  readonly onStats: () => void;
  readonly onSnapshot: (snapshot: Snapshot) => void;
}

export function Stage(props: Props) {
  const { target, autoplay, muted, controls, stats, onStats, onSnapshot } = props;
  const stage = useRef<HTMLDivElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const freeze = useRef<HTMLCanvasElement>(null);
  const player = useRef<Player | null>(null);
  const [snapshot, setSnapshot] = useState<Snapshot | null>(null);
  const [settings, setSettings] = useState(false);
  const onSettings = useCallback(() => setSettings((open) => !open), []);
  const [awake, wake, rest] = useAwake();

  useEffect(() => {
    const element = video.current as HTMLVideoElement;
    element.muted = muted;
    const made = new Player(target, element, freeze.current as HTMLCanvasElement, (next) => {
      setSnapshot(next);
      onSnapshot(next);
    });
    player.current = made;
    if (autoplay) made.start();
    return () => made.destroy();
  }, []);

  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      if (!controls || stage.current === null || video.current === null) return;
      const panels = { onStats, onSettings };
      if (onKey(event, stage.current, video.current, player.current, panels)) wake();
    };
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, [controls, onStats, onSettings, wake]);

  const said = snapshot === null ? null : describe(snapshot.state, snapshot.nowMs);
  const moving = snapshot?.state.phase.is === 'playing';
  const quiet = moving && !awake && !settings;
  return (
    <div
      class={`stage ${quiet ? 'quiet' : ''} ${controls ? '' : 'bare'}`}
      ref={stage}
      data-phase={snapshot?.state.phase.is ?? 'loading'}
      onPointerMove={(event) => event.pointerType === 'mouse' && wake()}
      onPointerLeave={(event) => event.pointerType === 'mouse' && rest()}
      onFocusIn={wake}
    >
      <video
        ref={video}
        playsInline
        disableRemotePlayback
        aria-label={`Live stream ${target.stream}`}
        onPointerUp={(event) => {
          if (!controls) return;
          if (event.pointerType === 'mouse') toggle(player.current, snapshot);
          else if (awake) rest();
          else wake();
        }}
      />
      <canvas ref={freeze} class={moving ? '' : 'dim'} hidden aria-hidden="true" />
      {said !== null && (
        <Saying
          said={said}
          onPlay={() => player.current?.start()}
          onRetry={() => player.current?.retry()}
        />
      )}
      {stats && snapshot !== null && (
        <StatsPanel snapshot={snapshot} video={video.current} onClose={onStats} />
      )}
      {moving && snapshot?.width === 0 && <p class="sound-only">Sound only</p>}
      {snapshot?.soundBlocked === true && moving && (
        <button type="button" class="sound-button" onClick={() => player.current?.setMuted(false)}>
          <MutedIcon />
          Tap for sound
        </button>
      )}
      {controls && snapshot !== null && player.current !== null && (
        <Controls
          snapshot={snapshot}
          player={player.current}
          stage={stage.current}
          video={video.current}
          stats={stats}
          onStats={onStats}
          settings={settings}
          onSettings={onSettings}
        />
      )}
      {controls && settings && snapshot !== null && player.current !== null && (
        <SettingsPanel
          target={target}
          snapshot={snapshot}
          player={player.current}
          onClose={() => setSettings(false)}
        />
      )}
    </div>
  );
}

function toggle(player: Player | null, snapshot: Snapshot | null): void {
  const phase = snapshot?.state.phase.is;
  if (phase === 'playing' || phase === 'stalled') player?.pause();
  else if (phase === 'ready' || phase === 'paused') player?.start();
}

/** Whether the viewer gave a sign of late: [awake, giveSign, forget]. */
function useAwake(): [boolean, () => void, () => void] {
  const [awake, setAwake] = useState(true);
  const timer = useRef(0);
  const rest = useCallback(() => {
    window.clearTimeout(timer.current);
    setAwake(false);
  }, []);
  const wake = useCallback(() => {
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setAwake(false), IDLE_MS);
    setAwake(true);
  }, []);
  useEffect(() => {
    wake();
    return () => window.clearTimeout(timer.current);
  }, [wake]);
  return [awake, wake, rest];
}
