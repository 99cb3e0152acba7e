/* Numbers as people read them. */

export function bitrate(bitsPerSecond: number): string {
  if (bitsPerSecond < 999_500) return `${Math.round(bitsPerSecond / 1000)} kbit/s`;
  return `${(bitsPerSecond / 1_000_000).toFixed(bitsPerSecond < 9_950_000 ? 1 : 0)} Mbit/s`;
}

export function viewers(count: number): string {
  return count === 1 ? '1 viewer' : `${count.toLocaleString('en')} viewers`;
}

/** A length of time in at most two units: `12 s`, `3 min`, `2 h 05 min`, `3 d 4 h`. */
export function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${String(minutes % 60).padStart(2, '0')} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

export function seconds(value: number): string {
  return `${value.toFixed(value < 9.95 ? 1 : 0)} s`;
}
