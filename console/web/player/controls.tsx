/* The bar at the foot of the picture. */

import { useEffect, useState } from 'preact/hooks';
import {
  FullscreenIcon,
  LeaveFullscreenIcon,
  MutedIcon,
  PauseIcon,
  PictureIcon,
  PlayIcon,
  SettingsIcon,
  SoundIcon,
  StatsIcon,
} from '../shared/icons.tsx';
import { seconds } from '../shared/format.ts';
import type { Player, Snapshot } from './player.ts';
import { canFullscreen, canPicture, leaveOrEnterFullscreen, togglePicture } from './screen.ts';
import { linked } from './state.ts';

/** So much later than meant to be, the button says how far the picture is behind, and offers the way to the front. */
const LATE_S = 1.7;

interface Props {
  readonly snapshot: Snapshot;
  readonly player: Player;
  readonly stage: HTMLElement | null;
  readonly video: HTMLVideoElement | null;
  readonly stats: boolean;
  readonly onStats: () => void;
  readonly settings: boolean;
  readonly onSettings: () => void;
}

export function Controls(props: Props) {
  const { snapshot, player, stage, video, stats, onStats, settings, onSettings } = props;
  const full = useFullscreen();
  if (stage === null || video === null) return null;
  const { state, muted, volume, behindS, leadS } = snapshot;
  const phase = state.phase.is;
  const on = linked(state) || phase === 'waiting' || phase === 'offline';
  const live = phase === 'playing';
  const behind = live && behindS > leadS + LATE_S;
  return (
    <div class="controls" role="group" aria-label="Player controls">
      <button
        type="button"
        class="icon-button"
        aria-label={on ? 'Pause' : 'Play'}
        title={on ? 'Pause (K)' : 'Play (K)'}
        onClick={() => (on ? player.pause() : player.start())}
      >
        {on ? <PauseIcon /> : <PlayIcon />}
      </button>
      <div class="sound">
        <button
          type="button"
          class="icon-button"
          aria-label={muted ? 'Sound on' : 'Sound off'}
          title={muted ? 'Sound on (M)' : 'Sound off (M)'}
          onClick={() => player.setMuted(!muted)}
        >
          {muted ? <MutedIcon /> : <SoundIcon />}
        </button>
        <input
          type="range"
          min="0"
          max="1"
          step="0.05"
          value={muted ? 0 : volume}
          aria-label="Volume"
          onInput={(event) => player.setVolume(event.currentTarget.valueAsNumber)}
        />
      </div>
      {live && (
        <button
          type="button"
          class={`live-button ${behind ? '' : 'on'}`}
          disabled={!behind}
          aria-label={behind ? `${seconds(behindS)} behind, go to live` : 'Live'}
          onClick={() => player.goLive()}
        >
          {behind ? `−${seconds(behindS)} · go live` : 'Live'}
        </button>
      )}
      <span class="space" />
      <button
        type="button"
        class="icon-button"
        aria-label="Details"
        title="Details (I)"
        aria-pressed={stats}
        onClick={onStats}
      >
        <StatsIcon />
      </button>
      <button
        type="button"
        class="icon-button settings-button"
        aria-label="Settings"
        title="Settings (S)"
        aria-expanded={settings}
        onClick={onSettings}
      >
        <SettingsIcon />
      </button>
      {canPicture() && (
        <button
          type="button"
          class="icon-button"
          aria-label="Picture in picture"
          title="Picture in picture (P)"
          onClick={() => togglePicture(video)}
        >
          <PictureIcon />
        </button>
      )}
      {canFullscreen(video) && (
        <button
          type="button"
          class="icon-button"
          aria-label={full ? 'Leave full screen' : 'Full screen'}
          title={full ? 'Leave full screen (F)' : 'Full screen (F)'}
          onClick={() => leaveOrEnterFullscreen(stage, video)}
        >
          {full ? <LeaveFullscreenIcon /> : <FullscreenIcon />}
        </button>
      )}
    </div>
  );
}

function useFullscreen(): boolean {
  const [full, setFull] = useState(false);
  useEffect(() => {
    const changed = () => setFull(document.fullscreenElement !== null);
    document.addEventListener('fullscreenchange', changed);
    return () => document.removeEventListener('fullscreenchange', changed);
  }, []);
  return full;
}
