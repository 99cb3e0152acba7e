#!/usr/bin/env node
/*
 * Plays a page in headless Chromium and tells what the viewer saw.
 *
 *   node play.mjs --url URL [--seconds 10] [--start-within 20] [--screenshot FILE]
 *                 [--expect-pause MS] [--max-stall 1500] [--min-frames 1] [--no-audio]
 *                 [--page-only] [--phone] [--size 1280x720] [--allow-sound]
 *
 *   --seconds       how long to watch, counted from the first movement of the picture
 *   --start-within  seconds in which it has to begin to move
 *   --expect-pause  there has to be a stall of at least so many ms, and playing after it
 *   --max-stall     without --expect-pause: a longer stall is a failure
 *   --no-audio      do not ask for decoded audio
 *   --page-only     no video is expected: open, wait --seconds, look for trouble
 *
 * Standard output: one line of JSON. `ok` sums it up, `why` names each thing that is not as asked. Standard
 * error: a line of JSON as each of these happens: playing, stalled, resumed, phase. On SIGTERM or
 * SIGINT the watch ends at once, and is judged as far as it went.
 * Exit code: 0 as asked, 1 not as asked, 2 could not be tried.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { launch } from './chromium.mjs';
import { watch } from './watch.mjs';

const POLL_MS = 200;
const PHONE = { width: 390, height: 844 };

function numeric(name, text) {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new Error(`--${name} wants a number, not "${text}"`);
  return value;
}

function options(args) {
  const { values } = parseArgs({
    args,
    options: {
      url: { type: 'string' },
      seconds: { type: 'string', default: '10' },
      'start-within': { type: 'string', default: '20' },
      screenshot: { type: 'string' },
      'expect-pause': { type: 'string' },
      'max-stall': { type: 'string', default: '1500' },
      'min-frames': { type: 'string', default: '1' },
      'no-audio': { type: 'boolean', default: false },
      'page-only': { type: 'boolean', default: false },
      phone: { type: 'boolean', default: false },
      size: { type: 'string', default: '1280x720' },
      'allow-sound': { type: 'boolean', default: false },
    },
  });
  if (values.url === undefined) throw new Error('--url is missing');
  const size = /^(\d+)x(\d+)$/.exec(values.size);
  if (size === null) throw new Error(`--size wants WxH, not "${values.size}"`);
  const pause = values['expect-pause'];
  return {
    url: values.url,
    seconds: numeric('seconds', values.seconds),
    startWithin: numeric('start-within', values['start-within']),
    screenshot: values.screenshot,
    expectPauseMs: pause === undefined ? null : numeric('expect-pause', pause),
    maxStallMs: numeric('max-stall', values['max-stall']),
    minFrames: numeric('min-frames', values['min-frames']),
    audio: !values['no-audio'],
    pageOnly: values['page-only'],
    allowSound: values['allow-sound'],
    view: values.phone
      ? { viewport: PHONE, deviceScaleFactor: 2, isMobile: true, hasTouch: true }
      : { viewport: { width: Number(size[1]), height: Number(size[2]) } },
  };
}

function judge(asked, tally, trouble) {
  const why = [];
  if (trouble.pageErrors.length > 0) why.push(`the page threw: ${trouble.pageErrors[0]}`);
  if (trouble.policyViolations.length > 0) why.push(`against the policy: ${trouble.policyViolations[0]}`);
  if (trouble.foreignRequests.length > 0) why.push(`asked another host: ${trouble.foreignRequests[0]}`);
  if (asked.pageOnly) return why;
  if (tally.firstMoveMs === null) return [...why, `no moving picture within ${asked.startWithin} s`];
  if (tally.framesDecoded < asked.minFrames) {
    why.push(`${tally.framesDecoded} frames decoded, asked for ${asked.minFrames}`);
  }
  if (asked.audio && tally.audioBytes === 0) why.push('no audio was decoded');
  if (asked.expectPauseMs === null) {
    if (tally.longestStallMs > asked.maxStallMs) {
      why.push(`stalled for ${tally.longestStallMs} ms, allowed are ${asked.maxStallMs}`);
    }
  } else {
    if (tally.longestStallMs < asked.expectPauseMs) {
      why.push(`longest stall ${tally.longestStallMs} ms, a pause of ${asked.expectPauseMs} was expected`);
    }
    if (tally.stalledNow) why.push('the picture did not go on after the pause');
  }
  return why;
}

async function play(asked) {
  let stop = false;
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => (stop = true));
  const browser = await launch({ allowSound: asked.allowSound, ownSignals: true });
  try {
    const context = await browser.newContext(asked.view);
    const beganMs = performance.now();
    const tell = (event) =>
      console.error(JSON.stringify({ ...event, atMs: Math.round(performance.now() - beganMs) }));
    const { page, tally, trouble } = await watch(context, asked.url, tell);
    let movingSinceMs = asked.pageOnly ? performance.now() : null;
    while (!stop) {
      await sleep(POLL_MS);
      const nowMs = performance.now();
      if (movingSinceMs === null && tally.firstMoveMs !== null) movingSinceMs = nowMs;
      const overdue = movingSinceMs === null && nowMs - beganMs > asked.startWithin * 1000;
      const done = movingSinceMs !== null && nowMs - movingSinceMs >= asked.seconds * 1000;
      if (overdue || done) break;
    }
    if (asked.screenshot !== undefined) await page.screenshot({ path: asked.screenshot });
    const why = judge(asked, tally, trouble);
    const text = asked.pageOnly ? (await page.innerText('body')).slice(0, 5_000) : undefined;
    const title = await page.title();
    return { ok: why.length === 0, why, url: asked.url, title, text, ...tally.result(), ...trouble };
  } finally {
    await browser.close();
  }
}

try {
  const result = await play(options(process.argv.slice(2)));
  console.log(JSON.stringify(result));
  process.exitCode = result.ok ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
