/* How a connection fares, in rows of a name and a figure. Nothing of the address is in them. */

import { bitrate, elapsed, seconds } from '../shared/format.ts';
import type { Snapshot } from './player.ts';

const UNKNOWN = '–';

/** The rows; `glassS` is how old the test picture is that is shown, null for other pictures. */
export function health(snapshot: Snapshot, glassS: number | null): [name: string, figure: string][] {
  const { state, facts, behindS, leadS, bufferS, agoS, bitrateBps } = snapshot;
  const playing = state.phase.is === 'playing';
  const rows: [string, string][] = [
    ['Delivery', snapshot.engine],
    ['Behind live', playing ? `${seconds(behindS)}, aims at ${seconds(leadS)}` : UNKNOWN],
    // both clocks have a say in it, so it stands beside what this browser alone can tell
    ['Since ingest', playing && agoS !== null ? seconds(agoS) : UNKNOWN],
  ];
  if (glassS !== null) rows.push(['Glass to glass', playing ? seconds(glassS) : UNKNOWN]);
  rows.push(
    ['Buffer', playing ? seconds(bufferS) : UNKNOWN],
    ['Stalls', stalls(snapshot)],
    ['Frames', frames(snapshot)],
    ['Picture', picture(snapshot)],
    ['Sound', sound(snapshot)],
    ['Codecs', [facts.videoCodec, facts.audioCodec].filter((codec) => codec !== '').join(', ') || UNKNOWN],
    ['Bitrate', bitrateBps > 0 ? bitrate(bitrateBps) : UNKNOWN],
  );
  return rows;
}

function stalls({ state, nowMs }: Snapshot): string {
  if (state.stalls === 0) return 'none';
  const nowForMs = state.phase.is === 'stalled' ? nowMs - state.phase.sinceMs : 0;
  const forMs = state.stalledMs + nowForMs;
  return `${state.stalls}, ${forMs < 60_000 ? seconds(forMs / 1_000) : elapsed(forMs)} in all`;
}

function frames({ framesPerSecond, framesDecoded, framesDropped }: Snapshot): string {
  if (framesDecoded === 0) return UNKNOWN;
  return `${framesPerSecond.toFixed(1)} a second, ${framesDropped} of ${framesDecoded} dropped`;
}

function picture({ width, height, facts, choices }: Snapshot): string {
  if (width === 0) return UNKNOWN;
  const rate = facts.framesPerSecond > 0 ? `, ${Number(facts.framesPerSecond.toFixed(2))} fps` : '';
  const of = choices.qualities.length > 1 ? `, 1 of ${choices.qualities.length}` : '';
  return `${width} × ${height}${rate}${of}`;
}

function sound({ facts }: Snapshot): string {
  const channels = ['', 'mono', 'stereo'][facts.audioChannels] ?? `${facts.audioChannels} channels`;
  const known = [facts.audioHz === 0 ? '' : `${facts.audioHz / 1000} kHz`, channels].filter((part) => part !== '');
  return known.length === 0 ? UNKNOWN : known.join(', ');
}
