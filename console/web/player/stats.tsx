/* Figures for those who want them. */

import { useEffect, useState } from 'preact/hooks';
import { clockOf, COPY_HEIGHT, COPY_WIDTH } from '../shared/clock-strip.js';
import { CloseIcon } from '../shared/icons.tsx';
import { health } from './health.ts';
import type { Snapshot } from './player.ts';

/** The test picture's clock is looked for so often. */
const LOOK_MS = 500;

interface Props {
  readonly snapshot: Snapshot;
  readonly video: HTMLVideoElement | null;
  readonly onClose: () => void;
}

export function StatsPanel({ snapshot, video, onClose }: Props) {
  const glassS = useGlassToGlass(video);
  return (
    <section class="stats" aria-label="Details">
      <button type="button" class="icon-button" aria-label="Close details" onClick={onClose}>
        <CloseIcon />
      </button>
      <dl>
        {health(snapshot, glassS).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** How old the test picture is that is shown, by its own word; null for other pictures. */
function useGlassToGlass(video: HTMLVideoElement | null): number | null {
  const [lateS, setLateS] = useState<number | null>(null);
  useEffect(() => {
    if (video === null) return;
    const canvas = document.createElement('canvas');
    canvas.width = COPY_WIDTH;
    canvas.height = COPY_HEIGHT;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (context === null) return;
    const look = () => {
      const utcMs = clockOf(video, context);
      setLateS(utcMs === null ? null : (Date.now() - utcMs) / 1_000);
    };
    const timer = window.setInterval(look, LOOK_MS);
    look();
    return () => window.clearInterval(timer);
  }, [video]);
  return lateS;
}
