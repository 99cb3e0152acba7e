#!/usr/bin/env node
/*
 * Takes a fragmented MP4 apart with somebody else's reader.
 *
 *   node mp4.mjs FILE
 *
 * Standard output: one line of JSON: tracks with codec, timescale and what their samples are, the boxes of the
 * first level, and faults: what is not understood, does not fill its box, or has a size that is wrong.
 * Exit code: 0 when it could be read, however bad.
 */

import { readFileSync } from 'node:fs';
import { createFile, Log } from 'mp4box';

const faults = [];
Log.setLogLevel(Log.LOG_LEVEL_WARN ?? 3);
for (const kind of ['warn', 'error']) {
  Log[kind] = (module, message) => {
    // in a file of segments styp and prft come again and again
    if (!/^Found multiple boxes of type (styp|prft) /.test(message)) faults.push(`${module}: ${message}`);
  };
}

const bytes = readFileSync(process.argv[2]);
const file = createFile(true);
const samples = new Map();
let info = null;
file.onError = (module, message) => faults.push(`${module}: ${message}`);
file.onReady = (ready) => {
  info = ready;
  for (const track of ready.tracks) file.setExtractionOptions(track.id, null, { nbSamples: 1 });
  file.start();
};
file.onSamples = (id, _user, some) => samples.set(id, [...(samples.get(id) ?? []), ...some]);
const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
buffer.fileStart = 0;
file.appendBuffer(buffer, true);
file.flush();

/** Boxes within boxes: each has to be known, and read to its end. */
function look(box, path) {
  const here = `${path}/${box.type}`;
  if (box.constructor.name === 'Box' || box.has_unparsed_data) faults.push(`${here} is not understood`);
  const inner = box.boxes ?? [];
  const end = box.start + box.size;
  for (const each of inner) {
    look(each, here);
    if (each.start !== undefined && each.start + each.size > end) faults.push(`${here}/${each.type} is too long`);
  }
}
let at = 0;
for (const box of file.boxes) {
  if (box.start !== at) faults.push(`${box.type} begins at ${box.start}, not at ${at}`);
  at = box.start + box.size;
  look(box, '');
}
if (at !== bytes.length) faults.push(`boxes end at ${at}, the file at ${bytes.length}`);

const tracks = (info?.tracks ?? []).map((track) => {
  const all = samples.get(track.id) ?? [];
  return {
    id: track.id,
    codec: track.codec,
    timescale: track.timescale,
    samples: all.length,
    sync: all.filter((sample) => sample.is_sync).length,
    bytes: all.reduce((sum, sample) => sum + sample.size, 0),
    startTicks: Math.min(...all.map((sample) => sample.cts)),
    durationTicks: all.reduce((sum, sample) => sum + sample.duration, 0),
  };
});
console.log(JSON.stringify({ fragmented: info?.isFragmented ?? false, brands: info?.brands ?? [], boxes: file.boxes.map((box) => box.type), tracks, faults }));
