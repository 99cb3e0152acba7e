/*
 * Watches the video of a page from inside: a sample every 100 ms, from which it is told what a viewer
 * would have seen. Works with any page that has a <video>; where the page names its phase
 * (`data-phase`), changes of it are reported too.
 */

const SAMPLE_MS = 100;
/** The picture has to stand this long to be a stall. */
const STALL_MS = 600;
/** More than this in one sample is a jump, not playing. */
const JUMP_S = 1.5;

/**
 * Runs in the page, before any script of it. Samples leave by a binding, because every script that a
 * driver evaluates in a page counts as a press of the viewer, and then sound is always allowed.
 */
function sampler(everyMs) {
  setInterval(() => {
    const video = document.querySelector('video');
    const quality = video?.getVideoPlaybackQuality?.();
    const sample = {
      atMs: performance.now(),
      positionS: video?.currentTime ?? 0,
      frames: quality?.totalVideoFrames ?? 0,
      dropped: quality?.droppedVideoFrames ?? 0,
      audioBytes: video?.webkitAudioDecodedByteCount ?? 0,
      videoBytes: video?.webkitVideoDecodedByteCount ?? 0,
      width: video?.videoWidth ?? 0,
      height: video?.videoHeight ?? 0,
      muted: video?.muted ?? null,
      flowing: (video?.readyState ?? 0) >= HTMLMediaElement.HAVE_FUTURE_DATA,
      behindS: video && video.buffered.length > 0 ? video.buffered.end(video.buffered.length - 1) - video.currentTime : 0,
      error: video?.error?.message ?? null,
      phase: document.querySelector('[data-phase]')?.getAttribute('data-phase') ?? null,
    };
    window.__sluiceSample(JSON.stringify(sample));
  }, everyMs);
}

/** Adds up samples; counters that begin anew (a new connection in the page) are carried on. */
export class Tally {
  firstMoveMs = null;
  playedS = 0;
  jumps = [];
  stalls = [];
  phases = [];
  framesDecoded = 0;
  framesDropped = 0;
  audioBytes = 0;
  videoBytes = 0;
  last = null;
  #movedMs = 0;
  #stall = null;
  #event;

  constructor(event) {
    this.#event = event;
  }

  add(sample) {
    const last = this.last;
    this.last = sample;
    if (sample.phase !== null && sample.phase !== this.phases.at(-1)?.phase) {
      this.phases.push({ atMs: Math.round(sample.atMs), phase: sample.phase });
      this.#event({ event: 'phase', phase: sample.phase });
    }
    if (last === null) return;
    this.framesDecoded += grown(last.frames, sample.frames);
    this.framesDropped += grown(last.dropped, sample.dropped);
    this.audioBytes += grown(last.audioBytes, sample.audioBytes);
    this.videoBytes += grown(last.videoBytes, sample.videoBytes);

    const movedS = sample.positionS - last.positionS;
    if (Math.abs(movedS) > 0.001 && sample.positionS > 0) {
      // the place to begin at is set before there is anything to show: that is no picture yet
      if (this.firstMoveMs === null && !sample.flowing) return;
      if (this.firstMoveMs === null) {
        this.firstMoveMs = sample.atMs;
        this.#event({ event: 'playing' });
      }
      if (movedS > 0 && movedS < JUMP_S) this.playedS += movedS;
      else if (last.positionS > 0) this.jumps.push({ atMs: Math.round(sample.atMs), byS: round(movedS) });
      if (this.#stall !== null) this.#event({ event: 'resumed', afterMs: this.#stall.ms });
      this.#stall = null;
      this.#movedMs = sample.atMs;
    } else if (this.firstMoveMs !== null && sample.atMs - this.#movedMs > STALL_MS) {
      if (this.#stall === null) {
        this.#stall = { atMs: Math.round(this.#movedMs), ms: 0 };
        this.stalls.push(this.#stall);
        this.#event({ event: 'stalled' });
      }
      this.#stall.ms = Math.round(sample.atMs - this.#movedMs);
    }
  }

  get stalledNow() {
    return this.#stall !== null;
  }

  get longestStallMs() {
    return Math.max(0, ...this.stalls.map((stall) => stall.ms));
  }

  result() {
    const { last } = this;
    return {
      firstMoveMs: this.firstMoveMs === null ? null : Math.round(this.firstMoveMs),
      playedSeconds: round(this.playedS),
      currentTime: round(last?.positionS ?? 0),
      behindSeconds: round(last?.behindS ?? 0),
      framesDecoded: this.framesDecoded,
      framesDropped: this.framesDropped,
      videoBytesDecoded: this.videoBytes,
      audioBytesDecoded: this.audioBytes,
      audioGrew: this.audioBytes > 0,
      width: last?.width ?? 0,
      height: last?.height ?? 0,
      muted: last?.muted ?? null,
      mediaError: last?.error ?? null,
      stalls: this.stalls,
      longestStallMs: this.longestStallMs,
      stalledNow: this.stalledNow,
      jumps: this.jumps,
      phases: this.phases,
    };
  }
}

/** Opens a page with the sampler in it and keeps books of what goes wrong. */
export async function watch(context, url, event = () => undefined) {
  const page = await context.newPage();
  const trouble = { pageErrors: [], consoleErrors: [], policyViolations: [], foreignRequests: [] };
  const { host } = new URL(url);
  page.on('pageerror', (error) => trouble.pageErrors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    const list = /Content Security Policy/i.test(message.text()) ? 'policyViolations' : 'consoleErrors';
    if (trouble[list].length < 20) trouble[list].push(message.text());
  });
  const foreign = (address) => {
    const to = new URL(address);
    if (/^(http|ws)s?:$/.test(to.protocol) && to.host !== host) trouble.foreignRequests.push(address);
  };
  page.on('request', (request) => foreign(request.url()));
  page.on('websocket', (socket) => foreign(socket.url()));
  const tally = new Tally(event);
  const inspector = await context.newCDPSession(page);
  inspector.on('Runtime.bindingCalled', ({ name, payload }) => {
    if (name === '__sluiceSample') tally.add(JSON.parse(payload));
  });
  await inspector.send('Runtime.enable');
  await inspector.send('Runtime.addBinding', { name: '__sluiceSample' });
  await page.addInitScript(sampler, SAMPLE_MS);
  await page.goto(url, { waitUntil: 'domcontentloaded' });
  return { page, tally, trouble };
}

function grown(before, after) {
  return after >= before ? after - before : after;
}

function round(value) {
  return Math.round(value * 1000) / 1000;
}
