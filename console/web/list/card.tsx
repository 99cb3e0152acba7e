/* One live stream. The picture area is drawn from the name, so that each stream has its own face. */

import { playerPath } from '../shared/addresses.ts';
import { bitrate, elapsed, viewers } from '../shared/format.ts';
import { PlayIcon, ViewersIcon } from '../shared/icons.tsx';
import type { LiveStream } from '../shared/live.ts';

export function StreamCard({ stream }: { stream: LiveStream }) {
  const media = [stream.video, stream.audio].filter((track) => track !== '');
  return (
    <a class="card" href={playerPath(stream.name)}>
      <div class="face" style={{ '--hue': hueOf(stream.name) }} aria-hidden="true">
        <svg viewBox="0 0 320 180" preserveAspectRatio="none">
          <path d={wave(stream.name, 0, 96)} />
          <path d={wave(stream.name, 1, 122)} />
          <path d={wave(stream.name, 2, 148)} />
        </svg>
        <span class="go">
          <PlayIcon />
        </span>
      </div>
      <div class="text">
        <h2>{stream.name}</h2>
        <p class="facts">
          <span class="badge live">Live</span>
          <span>{elapsed(stream.sinceMs)}</span>
          <span class="viewers">
            <ViewersIcon />
            {viewers(stream.viewers)}
          </span>
        </p>
        <p class="media">
          {media.map((track) => (
            <span key={track}>{track}</span>
          ))}
          {stream.bitrateBps > 0 && <span>{bitrate(stream.bitrateBps)}</span>}
        </p>
      </div>
    </a>
  );
}

/** A colour of water, between green and blue, that belongs to the name. */
export function hueOf(name: string): number {
  return 165 + (hash(name) % 70);
}

function wave(name: string, row: number, level: number): string {
  const seed = hash(`${name}#${row}`);
  const height = 10 + (seed % 14);
  const shift = (seed >>> 5) % 80;
  let path = `M${-80 - shift} ${level}`;
  for (let i = 0; i < 7; i++) path += `q40 ${i % 2 === 0 ? -height : height} 80 0`;
  return `${path}V180H${-80 - shift}z`;
}

/** FNV-1a, with its high bits mixed into the low ones, which are used here. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const char of text) value = Math.imul(value ^ char.charCodeAt(0), 0x01000193);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (value ^ (value >>> 13)) >>> 0;
}
