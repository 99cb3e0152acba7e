/*
 * The built pages in a real browser against test/serve.mjs: what a viewer goes through, one scenario after
 * the other. Needs ffmpeg and Chromium.
 *
 *   npm run test:browser [-- FOLDER [NAME…]]     screenshots go to FOLDER; only scenarios with NAME in them run
 */

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { launch } from '../../interop/browser/chromium.mjs';
import { watch } from '../../interop/browser/watch.mjs';
import { serve } from './serve.mjs';

const [folder, ...only] = process.argv.slice(2);
const DESKTOP = { viewport: { width: 1280, height: 720 } };
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const STREAMS = [
  ['live/demo', 3, 'h264 1280x720 25 fps', 'aac 48000 Hz stereo', 2_540_000, 754_000],
  ['live/harbour-north', 128, 'h264 1920x1080 50 fps', 'aac 48000 Hz stereo', 6_100_000, 8_040_000],
  ['radio/morning', 41, '', 'aac 44100 Hz stereo', 128_000, 273_600_000],
  ['tv.example!news/studio-2_backup', 1, 'h264 1280x720 29.97 fps', 'aac 48000 Hz mono', 1_800_000, 12_345],
].map(([name, viewers, video, audio, bitrateBps, sinceMs]) => ({ name, viewers, video, audio, bitrateBps, sinceMs }));

const world = await serve();
const browser = await launch();
if (folder !== undefined) await mkdir(folder, { recursive: true });

/** A page under watch, with the few things that scenarios ask of it. */
async function open(path, view = DESKTOP) {
  const context = await browser.newContext(view);
  const watched = await watch(context, world.url + path);
  const { page, tally } = watched;
  return {
    ...watched,
    phase: (name, timeout = 15_000) => page.waitForSelector(`[data-phase="${name}"]`, { timeout }),
    says: (text, timeout = 15_000) => page.getByText(text).first().waitFor({ timeout }),
    shot: (name) => (folder === undefined ? null : page.screenshot({ path: join(folder, `${name}.png`) })),
    /** Plays on for so many seconds of its own time. */
    async plays(seconds, withinMs = 15_000) {
      const target = tally.playedS + seconds;
      await until(() => tally.playedS >= target, withinMs, () => `played only to ${tally.playedS} of ${target}`);
    },
    close: () => context.close(),
  };
}

async function until(condition, withinMs, complaint) {
  const endMs = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > endMs) assert.fail(complaint());
    await new Promise((turn) => setTimeout(turn, 50));
  }
}

function list(streams, demo = false) {
  world.listing = { status: 200, body: { streams, rtmpPort: 1935, demo } };
}

const SCENARIOS = {
  async 'plays, first without sound, then with it'() {
    list(STREAMS);
    world.stream('live/demo');
    const at = await open('/player/live/demo');
    await at.plays(2);
    assert.equal(at.tally.last.muted, true);
    assert.ok(at.tally.framesDecoded > 30 && at.tally.audioBytes > 0);
    await at.shot('desktop-muted');
    await at.page.getByRole('button', { name: 'Tap for sound' }).click();
    await until(() => at.tally.last.muted === false, 2_000, () => 'still muted');
    await at.page.getByRole('button', { name: 'Details', exact: true }).click();
    await at.plays(3);
    assert.ok(at.tally.last.behindS < 2.5, `${at.tally.last.behindS} s behind`);
    await at.page.mouse.move(600, 300);
    await at.shot('desktop');
    assert.equal(at.tally.longestStallMs, 0);
    return at;
  },

  async 'is also at /?stream= and /index.html?stream='() {
    world.stream('live/demo');
    for (const path of ['/?stream=live/demo', '/index.html?stream=live%2Fdemo']) {
      const at = await open(path);
      await at.plays(0.5);
      await at.close();
    }
  },

  async 'shares addresses'() {
    list(STREAMS);
    world.stream('live/demo');
    const at = await open('/player/live/demo?token=secret');
    await at.plays(0.5);
    await at.page.getByRole('button', { name: 'Share' }).click();
    await at.says(`${world.url}/live/demo.flv`);
    await at.says('rtmp://127.0.0.1/live/demo');
    assert.ok(!(await at.page.innerText('dialog')).includes('secret'));
    await at.page.getByLabel('without sound').check();
    await at.says('embed=1&amp;muted=1');
    await at.shot('share');
    await at.page.keyboard.press('Escape');
    await at.page.waitForSelector('dialog', { state: 'detached' });
    return at;
  },

  async 'waits while the encoder is away, and goes on'() {
    const stream = world.stream('live/stall');
    const at = await open('/player/live/stall');
    await at.plays(2);
    stream.stall();
    await at.says('Encoder away, waiting');
    await at.page.waitForTimeout(8_000);
    await at.shot('stalled');
    const requests = world.requests.filter(({ path }) => path === '/live/stall.flv').length;
    stream.resume();
    await at.phase('playing', 5_000);
    await at.plays(3);
    assert.equal(world.requests.filter(({ path }) => path === '/live/stall.flv').length, requests);
    assert.ok(at.tally.last.behindS < 2.5, `${at.tally.last.behindS} s behind`);
    assert.ok(at.tally.longestStallMs > 8_000);
    return at;
  },

  async 'waits for a stream that is not there yet'() {
    const stream = world.stream('live/later');
    stream.mode = 'absent';
    const at = await open('/player/live/later');
    await at.says('Waiting for the stream');
    await at.shot('waiting');
    stream.mode = 'live';
    await at.plays(1);
    return at;
  },

  async 'waits on a connection that is held'() {
    const stream = world.stream('live/held');
    stream.mode = 'held';
    const at = await open('/player/live/held');
    await at.says('Waiting for the stream');
    stream.begin();
    await at.plays(1);
    assert.equal(world.requests.filter(({ path }) => path === '/live/held.flv').length, 1);
    return at;
  },

  async 'comes back after the stream ended'() {
    const stream = world.stream('live/ends');
    const at = await open('/player/live/ends');
    await at.plays(1.5);
    stream.mode = 'absent';
    stream.endAll();
    await at.says('The stream is offline');
    await at.says(/Trying again in \d+ s/);
    await at.page.waitForTimeout(2_000);
    await at.shot('offline');
    stream.mode = 'live';
    await at.plays(1.5);
    stream.cutAll();
    await at.plays(1.5);
    return at;
  },

  async 'goes on after the server was gone'() {
    const other = await serve();
    const stream = other.stream('live/a');
    const context = await browser.newContext(DESKTOP);
    const { page, tally, trouble } = await watch(context, `${other.url}/player/live/a`);
    await until(() => tally.playedS > 1, 10_000, () => 'did not begin');
    const port = Number(new URL(other.url).port);
    stream.cutAll();
    await other.close();
    await page.getByText('No connection to the server').waitFor();
    const again = await serve(port);
    again.stream('live/a');
    const before = tally.playedS;
    await until(() => tally.playedS > before + 1, 20_000, () => 'did not go on');
    assert.deepEqual(trouble.pageErrors, []);
    await context.close();
    await again.close();
  },

  async 'plays what has only one track, whatever the header promises'() {
    for (const only of ['video', 'audio']) {
      const stream = world.stream(`live/only-${only}`);
      stream.only = only;
      const at = await open(`/player/live/only-${only}`);
      await at.plays(3);
      assert.equal(at.tally.audioBytes > 0, only === 'audio');
      assert.equal(at.tally.framesDecoded > 0, only === 'video');
      await at.shot(`only-${only}`);
      await at.close();
    }
  },

  async 'begins at the front of a long GOP with B-frames'() {
    world.stream('live/long', { long: true });
    await new Promise((later) => setTimeout(later, 4_500));
    const at = await open('/player/live/long');
    await at.plays(3);
    assert.ok(at.tally.last.behindS < 2, `${at.tally.last.behindS} s behind`);
    assert.equal(at.tally.longestStallMs, 0);
    world.stream('live/long').stall();
    await at.says('Encoder away, waiting');
    world.stream('live/long').resume();
    await at.plays(8);
    assert.ok(at.tally.last.behindS < 2.5, `${at.tally.last.behindS} s behind`);
    return at;
  },

  async 'goes on when another encoder takes over'() {
    const stream = world.stream('live/change');
    const at = await open('/player/live/change?stats=1');
    await at.plays(2);
    await at.says('48 kHz');
    stream.changeTo(world.clips.long);
    await at.says('44.1 kHz');
    await at.plays(4);
    assert.ok(at.tally.longestStallMs < 1_500, `stalled for ${at.tally.longestStallMs} ms`);
    assert.ok(!at.tally.phases.some(({ phase }) => phase === 'offline'));
    return at;
  },

  async 'takes the WebSocket where HTTP does not get through'() {
    world.stream('live/ws');
    world.http = false;
    try {
      const at = await open('/player/live/ws?stats=1');
      await at.plays(2);
      await at.says('WebSocket-FLV');
      assert.ok(world.requests.some(({ method, path }) => method === 'WS' && path === '/live/ws.flv'));
      world.stream('live/ws').mode = 'absent';
      world.stream('live/ws').endAll();
      await at.says('The stream is offline');
      world.stream('live/ws').mode = 'live';
      await at.plays(1);
      return at;
    } finally {
      world.http = true;
    }
  },

  async 'says who may not watch, and when there is no room'() {
    world.stream('live/closed').mode = 'denied';
    const denied = await open('/player/live/closed');
    await denied.says('You may not watch this stream');
    await denied.says(/A token is needed/);
    await denied.shot('denied');
    await denied.close();
    world.stream('live/full').mode = 'busy';
    const full = await open('/player/live/full');
    await full.says('The server is full');
    world.stream('live/full').mode = 'live';
    await full.plays(1);
    return full;
  },

  async 'obeys the keyboard; a pause lets go of the connection'() {
    const stream = world.stream('live/keys');
    const at = await open('/player/live/keys');
    await at.plays(1);
    await at.page.keyboard.press('k');
    await at.phase('paused');
    await until(() => stream.viewers.size === 0, 3_000, () => 'the connection stayed');
    await at.shot('paused');
    await at.page.keyboard.press('k');
    await at.plays(1);
    await at.page.keyboard.press('m');
    await until(() => at.tally.last.muted === false, 2_000, () => 'm did nothing');
    await at.page.keyboard.press('i');
    await at.says('Behind live');
    await at.page.keyboard.press('f');
    await at.page.waitForFunction(() => document.fullscreenElement !== null);
    await at.page.keyboard.press('f');
    return at;
  },

  async 'is embedded'() {
    world.stream('live/embed');
    const at = await open('/player/live/embed?embed=1&muted=1', { viewport: { width: 640, height: 360 } });
    await at.plays(1);
    assert.equal(await at.page.getByText('Share').count(), 0);
    await at.page.mouse.move(300, 200);
    await at.shot('embed');
    assert.equal(await at.page.getByText('Tap for sound').count(), 0);
    await at.close();
    const bare = await open('/player/live/embed?embed=1&controls=0&autoplay=0', {
      viewport: { width: 320, height: 180 },
    });
    await bare.phase('ready');
    await bare.shot('embed-small');
    assert.equal(await bare.page.getByRole('button', { name: 'Full screen' }).count(), 0);
    await bare.page.getByRole('button', { name: 'Play' }).click();
    await bare.plays(1);
    return bare;
  },

  async 'works on a phone'() {
    list(STREAMS);
    world.stream('live/demo');
    const at = await open('/player/live/demo', PHONE);
    await at.plays(1);
    await at.shot('phone');
    const controls = at.page.locator('.controls');
    const shown = async (opacity) => {
      await at.page.waitForFunction(
        (wanted) => getComputedStyle(document.querySelector('.controls')).opacity === wanted,
        opacity,
        { timeout: 6_000 },
      );
    };
    await shown('0');
    await at.page.touchscreen.tap(100, 120);
    await shown('1');
    await at.page.waitForTimeout(500);
    await shown('1');
    await at.page.touchscreen.tap(100, 120);
    await shown('0');
    await at.page.touchscreen.tap(100, 120);
    await shown('1');
    assert.equal(await controls.getByRole('slider').isVisible(), false);
    await at.page.getByRole('button', { name: 'Tap for sound' }).tap();
    await at.page.getByRole('button', { name: 'Details', exact: true }).tap();
    await at.page.getByRole('button', { name: 'Share' }).tap();
    await at.shot('phone-share');
    await at.close();
    const side = await open('/player/live/demo', { ...PHONE, viewport: { width: 844, height: 390 } });
    await side.plays(1);
    await side.shot('phone-landscape');
    await side.close();
    world.stream('live/demo').mode = 'absent';
    const waits = await open('/player/live/demo', PHONE);
    await waits.says('Waiting for the stream');
    await waits.shot('phone-waiting');
    world.stream('live/demo').mode = 'live';
    return waits;
  },

  async 'asks for a name where there is none'() {
    for (const path of ['/player/live/%20', '/?stream=']) {
      const at = await open(path);
      await at.says('No stream here');
      await at.shot('no-stream');
      await at.close();
    }
  },

  async 'lists what is live'() {
    list(STREAMS, true);
    const at = await open('/');
    await at.says('4 streams live');
    await at.shot('list');
    list(STREAMS.slice(0, 1));
    await at.says('1 stream live');
    await at.page.getByRole('link', { name: /live\/demo/ }).click();
    await at.page.waitForURL('**/player/live/demo');
    await at.close();
    list(STREAMS);
    const phone = await open('/', PHONE);
    await phone.says('radio/morning');
    await phone.shot('phone-list');
    return phone;
  },

  async 'explains how to publish while nothing is live'() {
    list([]);
    const at = await open('/');
    await at.says('rtmp://127.0.0.1/live');
    await at.shot('empty');
    list(STREAMS);
    await at.says('4 streams live');
    await at.close();
    list([]);
    const phone = await open('/', PHONE);
    await phone.says('Nothing is live yet');
    await phone.shot('phone-empty');
    return phone;
  },

  async 'finds a stream by name where none are listed'() {
    world.listing = { status: 404, body: {} };
    const at = await open('/');
    await at.says('Streams are not listed here');
    await at.page.getByLabel('Stream', { exact: true }).fill('no such name');
    await at.page.getByRole('button', { name: 'Watch' }).click();
    await at.says(/A stream name consists of/);
    await at.shot('not-listed');
    await at.page.getByLabel('Stream', { exact: true }).fill('live/demo');
    await at.page.keyboard.press('Enter');
    await at.page.waitForURL('**/player/live/demo');
    return at;
  },
};

let failures = 0;
for (const [name, scenario] of Object.entries(SCENARIOS)) {
  if (only.length > 0 && !only.some((part) => name.includes(part))) continue;
  const beganMs = performance.now();
  try {
    const at = await scenario();
    if (at !== undefined) {
      const { pageErrors, policyViolations, foreignRequests } = at.trouble;
      assert.deepEqual({ pageErrors, policyViolations, foreignRequests }, {
        pageErrors: [], policyViolations: [], foreignRequests: [],
      });
      await at.close();
    }
    console.log(`ok      ${name} (${((performance.now() - beganMs) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failures++;
    console.log(`FAILED  ${name}\n${error.stack}`);
    const page = browser.contexts().at(-1)?.pages()[0];
    if (folder !== undefined) await page?.screenshot({ path: join(folder, `failed-${failures}.png`) });
  }
  for (const context of browser.contexts()) await context.close();
}
await browser.close();
await world.close();
process.exitCode = failures === 0 ? 0 : 1;
