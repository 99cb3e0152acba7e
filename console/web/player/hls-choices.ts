/* What of a multivariant playlist a viewer can choose, in words. */

import { bitrate } from '../shared/format.ts';
import type { Choice, Choices } from './engine.ts';

/** The part of hls.js that is asked. */
export interface HlsState {
  readonly levels: readonly Level[];
  readonly currentLevel: number;
  readonly manualLevel: number;
  readonly audioTracks: readonly AudioTrack[];
  readonly audioTrack: number;
}

interface Level {
  readonly width: number;
  readonly height: number;
  readonly bitrate: number;
  readonly frameRate: number;
}

interface AudioTrack {
  readonly name: string;
  readonly lang?: string | undefined;
}

export function hlsChoices(hls: HlsState): Choices {
  return {
    qualities: hls.levels
      .map((level, i) => ({ level, choice: { key: String(i), label: quality(level, hls.levels) } }))
      .sort((a, b) => b.level.height - a.level.height || b.level.bitrate - a.level.bitrate)
      .map(({ choice }) => choice),
    quality: hls.currentLevel < 0 ? '' : String(hls.currentLevel),
    wanted: hls.manualLevel < 0 ? '' : String(hls.manualLevel),
    sounds: hls.audioTracks.map((track, i): Choice => ({ key: String(i), label: sound(track, i) })),
    sound: hls.audioTrack < 0 ? '' : String(hls.audioTrack),
  };
}

/** `720p`, and what tells it from others of that height. */
function quality(level: Level, all: readonly Level[]): string {
  if (level.height <= 0) return bitrate(level.bitrate);
  const alike = all.filter((other) => other.height === level.height);
  const rate = alike.some((other) => other.frameRate !== level.frameRate) ? `${Math.round(level.frameRate)}` : '';
  return `${level.height}p${rate}${alike.length > 1 ? `, ${bitrate(level.bitrate)}` : ''}`;
}

/** A name that nobody gave (`a1`, after the track's number) says nothing to a viewer. */
function sound({ name, lang }: AudioTrack, index: number): string {
  const language = lang === undefined || lang === '' || lang === 'und' || name.includes(lang) ? '' : ` (${lang})`;
  return `${/^(a\d+)?$/.test(name) ? `Track ${index + 1}` : name}${language}`;
}
