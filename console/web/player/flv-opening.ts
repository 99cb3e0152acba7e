/*
 * The first bytes of an FLV stream, held back until it is known which tracks there are. The header's flags
 * are a promise made before any frame was seen; mpegts.js waits for ever for a track that was promised and
 * never comes. So they are set to what really came.
 *
 * Source: Adobe FLV 10.1, annex E.2 (header) and E.4.1 (tags).
 */

const HEADER_BYTES = 9;
const TAG_HEADER_BYTES = 11;
const PREVIOUS_TAG_SIZE_BYTES = 4;
const AUDIO_TAG = 8;
const VIDEO_TAG = 9;
const AUDIO_FLAG = 4;
const VIDEO_FLAG = 1;

/** The second kind of track may come this long after the first. */
const PATIENCE_MS = 600;
/** More is not held, whatever is missing. */
const MAX_HELD_BYTES = 4 * 1024 * 1024;

export class FlvOpening {
  #held = new Uint8Array(0);
  #flags = 0;
  #nextTag = HEADER_BYTES + PREVIOUS_TAG_SIZE_BYTES;
  #firstTrackMs: number | null = null;
  #done = false;

  /** Takes bytes as they arrive; gives those to pass on, or null while they are held back. */
  feed(chunk: ArrayBuffer, nowMs: number): ArrayBuffer | null {
    if (this.#done) return chunk;
    this.#append(new Uint8Array(chunk));
    this.#readTags();
    if (this.#flags !== 0) this.#firstTrackMs ??= nowMs;
    if (!this.#decided(nowMs)) return null;
    this.#done = true;
    const held = this.#held;
    this.#held = new Uint8Array(0);
    if (this.#flags !== 0) held[4] = this.#flags;
    return held.buffer;
  }

  #decided(nowMs: number): boolean {
    return (
      this.#flags === (AUDIO_FLAG | VIDEO_FLAG) ||
      (this.#firstTrackMs !== null && nowMs - this.#firstTrackMs >= PATIENCE_MS) ||
      this.#held.length >= MAX_HELD_BYTES ||
      (this.#held.length >= HEADER_BYTES && !this.#isFlv()) // its reader will say so
    );
  }

  #isFlv(): boolean {
    return this.#held[0] === 0x46 && this.#held[1] === 0x4c && this.#held[2] === 0x56;
  }

  #readTags(): void {
    const held = this.#held;
    while (this.#nextTag + TAG_HEADER_BYTES <= held.length) {
      const at = this.#nextTag;
      const type = (held[at] ?? 0) & 0x1f;
      if (type === AUDIO_TAG) this.#flags |= AUDIO_FLAG;
      if (type === VIDEO_TAG) this.#flags |= VIDEO_FLAG;
      const size = ((held[at + 1] ?? 0) << 16) | ((held[at + 2] ?? 0) << 8) | (held[at + 3] ?? 0);
      this.#nextTag = at + TAG_HEADER_BYTES + size + PREVIOUS_TAG_SIZE_BYTES;
    }
  }

  #append(chunk: Uint8Array): void {
    const joined = new Uint8Array(this.#held.length + chunk.length);
    joined.set(this.#held);
    joined.set(chunk, this.#held.length);
    this.#held = joined;
  }
}
