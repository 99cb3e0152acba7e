/* The keyboard: the letters that video pages have in common. */

import type { Player } from './player.ts';
import { leaveOrEnterFullscreen, togglePicture } from './screen.ts';

const VOLUME_STEP = 0.05;

/** What opens and closes. */
export interface Panels {
  readonly onStats: () => void;
  readonly onSettings: () => void;
}

/** Acts on a key; returns whether it was one of ours. */
export function onKey(
  event: KeyboardEvent,
  stage: HTMLElement,
  video: HTMLVideoElement,
  player: Player | null,
  panels: Panels,
): boolean {
  if (player === null || event.ctrlKey || event.metaKey || event.altKey) return false;
  const target = event.target as HTMLElement;
  if (target.closest('dialog, input, textarea, select') !== null) return false;
  // Space and Enter belong to a button that has the focus.
  if (event.key === ' ' && target.closest('button, a') !== null) return false;
  switch (event.key.toLowerCase()) {
    case ' ':
    case 'k':
      if (video.paused) player.start();
      else player.pause();
      break;
    case 'm':
      player.setMuted(!video.muted);
      break;
    case 'f':
      leaveOrEnterFullscreen(stage, video);
      break;
    case 'p':
      togglePicture(video);
      break;
    case 'l':
      player.goLive();
      break;
    case 'i':
      panels.onStats();
      break;
    case 's':
      panels.onSettings();
      break;
    case 'arrowup':
      player.setVolume(video.volume + VOLUME_STEP);
      break;
    case 'arrowdown':
      player.setVolume(video.volume - VOLUME_STEP);
      break;
    default:
      return false;
  }
  event.preventDefault();
  return true;
}
