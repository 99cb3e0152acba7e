/* Figures for those who want them. */

import { bitrate, seconds } from '../shared/format.ts';
import { CloseIcon } from '../shared/icons.tsx';
import type { Snapshot } from './player.ts';

export function StatsPanel({ snapshot, onClose }: { snapshot: Snapshot; onClose: () => void }) {
  const { facts } = snapshot;
  const playing = snapshot.state.phase.is === 'playing';
  const rows: [string, string][] = [
    ['Behind live', playing ? seconds(snapshot.behindS) : '–'],
    ['Buffer', playing ? seconds(snapshot.bufferS) : '–'],
    // both clocks have a say in it, so it stands beside what this browser alone can tell
    ['Since ingest', playing && snapshot.agoS !== null ? seconds(snapshot.agoS) : '–'],
    ['Bitrate', snapshot.bitrateBps > 0 ? bitrate(snapshot.bitrateBps) : '–'],
    ['Picture', picture(snapshot)],
    ['Sound', sound(snapshot)],
    ['Frames', `${snapshot.framesDecoded} shown, ${snapshot.framesDropped} dropped`],
    ['Codecs', [facts.videoCodec, facts.audioCodec].filter((codec) => codec !== '').join(', ') || '–'],
    ['Delivery', snapshot.engine],
  ];
  return (
    <section class="stats" aria-label="Details">
      <button type="button" class="icon-button" aria-label="Close details" onClick={onClose}>
        <CloseIcon />
      </button>
      <dl>
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function picture({ width, height, facts }: Snapshot): string {
  if (width === 0) return '–';
  const rate = facts.framesPerSecond > 0 ? `, ${Number(facts.framesPerSecond.toFixed(2))} fps` : '';
  return `${width} × ${height}${rate}`;
}

function sound({ facts }: Snapshot): string {
  const channels = ['', 'mono', 'stereo'][facts.audioChannels] ?? `${facts.audioChannels} channels`;
  const known = [facts.audioHz === 0 ? '' : `${facts.audioHz / 1000} kHz`, channels].filter((part) => part !== '');
  return known.length === 0 ? '–' : known.join(', ');
}
