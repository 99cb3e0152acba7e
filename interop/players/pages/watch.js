/*
 * What a viewer of the page's video would have seen: a sample every 50 ms. Presentation time is UTC, so
 * how late a picture is can be told from it and the clock alone, whatever the player thinks.
 */

/** The picture has to stand this long to be a stall, in milliseconds. */
const STALL_MS = 500;

const watched = {
  errors: [],
  /** How many players there have been. */
  players: 0,
  periods: 0,
  stalls: [],
  playedS: 0,
  latencies: [],
  live: () => NaN,

  /** Forgets what was seen, and goes on watching. */
  anew() {
    watched.stalls = [];
    watched.playedS = 0;
    watched.latencies = [];
  },

  /** Has the page replace a player that does not go on by itself, when its address asks for that. */
  async keepGoing(video, mpd, replace) {
    if (!new URLSearchParams(location.search).has('keep-going')) return;
    const { keepGoing } = await import('/shared/going-on.js');
    keepGoing(video, mpd, replace);
  },

  /** All of it, to be read by a program. */
  report() {
    const video = document.querySelector('video');
    const sorted = watched.latencies.toSorted((a, b) => a - b);
    return {
      errors: watched.errors,
      stalls: watched.stalls,
      players: watched.players,
      periods: watched.periods,
      playedS: watched.playedS,
      latencyS: Date.now() / 1000 - video.currentTime,
      medianS: sorted[Math.floor(sorted.length / 2)] ?? NaN,
      worstS: sorted.at(-1) ?? NaN,
      playerS: watched.live(),
      rate: video.playbackRate,
      bufferedS: Array.from(video.buffered, (_, i) => [video.buffered.start(i), video.buffered.end(i)]),
      timeS: video.currentTime,
      width: video.videoWidth,
      frames: video.getVideoPlaybackQuality().totalVideoFrames,
      audioBytes: video.webkitAudioDecodedByteCount,
    };
  },
};

let lastS = 0;
let movedMs = 0;
setInterval(() => {
  const nowS = document.querySelector('video').currentTime;
  const nowMs = performance.now();
  if (nowS !== lastS && nowS > 0) {
    const step = nowS - lastS;
    if (lastS > 0 && movedMs > 0) {
      if (nowMs - movedMs > STALL_MS) watched.stalls.push({ atS: lastS, ms: Math.round(nowMs - movedMs) });
      if (step > 0 && step < 1.5) watched.playedS += step;
    }
    watched.latencies.push(Date.now() / 1000 - nowS);
    movedMs = nowMs;
    lastS = nowS;
  }
}, 50);
