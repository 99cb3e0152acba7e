/*
 * A stand-in for the server, for looking at the pages and for test/browser.mjs: the built pages at
 * their paths, `/sluice/v1/live`, and a looping FLV at its own pace over HTTP and WebSocket, which can be
 * made to stall, end, refuse or go away.
 *
 *   node test/serve.mjs [port]     then open the printed address
 */

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const PAGES = fileURLToPath(new URL('../target/classes/web', import.meta.url));
const LOOP_SECONDS = 6;
/** What the real server should send with the pages. */
export const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self' blob:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'";
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.md': 'text/markdown; charset=utf-8',
};

/** One stream that can be switched; viewers are functions that take bytes. */
class TestStream {
  /** `live` | `absent` (404) | `held` (answers, sends nothing) | `denied` (403) | `busy` (503) */
  mode = 'live';
  stalled = false;
  /** `audio` or `video` leaves out the other; the FLV header still promises both. */
  only = null;
  viewers = new Set();
  #held = new Set();
  #clip;
  #next = 0;
  #beganMs = performance.now();
  #baseMs = 0;
  #timer;

  constructor(clip) {
    this.#clip = clip;
    this.#timer = setInterval(() => this.#pump(), 20);
  }

  /** The connection stays, nothing is sent; time goes on, as it does for a publisher that is away. */
  stall() {
    this.stalled = true;
  }

  resume() {
    this.stalled = false;
    // What would have been sent meanwhile is lost: the timeline goes on at the next key frame after now.
    const nowMs = performance.now() - this.#beganMs;
    while (this.#at(this.#next).timeMs < nowMs || !this.#at(this.#next).key) this.#next++;
  }

  /** Those whose connection was held get the stream. */
  begin() {
    this.mode = 'live';
    for (const viewer of this.#held) this.#add(viewer);
    this.#held.clear();
  }

  /** Another encoder goes on with the stream: new configuration, then its first key frame. */
  changeTo(clip) {
    this.#baseMs = performance.now() - this.#beganMs;
    this.#clip = clip;
    this.#next = 0;
    for (const viewer of this.viewers) this.#configure(viewer);
  }

  join(viewer) {
    viewer.write(this.#clip.header);
    if (this.mode === 'held') this.#held.add(viewer);
    else this.#add(viewer);
  }

  leave(viewer) {
    this.viewers.delete(viewer);
    this.#held.delete(viewer);
  }

  #add(viewer) {
    this.#configure(viewer);
    this.viewers.add(viewer);
    // The GOP so far, so that a picture is there at once.
    let from = this.#next - 1;
    while (from > 0 && !this.#at(from).key) from--;
    for (let i = Math.max(from, 0); i < this.#next; i++) this.#send(viewer, this.#at(i));
  }

  endAll() {
    for (const viewer of this.viewers) viewer.end();
    this.viewers.clear();
  }

  cutAll() {
    for (const viewer of this.viewers) viewer.cut();
    this.viewers.clear();
  }

  close() {
    clearInterval(this.#timer);
    this.cutAll();
  }

  #configure(viewer) {
    for (const tag of this.#clip.configuration) if (this.#carries(tag)) this.#send(viewer, { ...tag, key: true });
    viewer.waitsForKey = true;
  }

  #carries({ type }) {
    return this.only === null || type === (this.only === 'audio' ? 8 : 9);
  }

  /** Tag number i of the endless stream. */
  #at(i) {
    const { tags, durationMs } = this.#clip;
    const tag = tags[i % tags.length];
    return { ...tag, timeMs: this.#baseMs + tag.timeMs + Math.floor(i / tags.length) * durationMs };
  }

  #pump() {
    const nowMs = performance.now() - this.#beganMs;
    if (this.stalled) return;
    for (; this.#at(this.#next).timeMs <= nowMs; this.#next++) {
      for (const viewer of this.viewers) this.#send(viewer, this.#at(this.#next));
    }
  }

  #send(viewer, tag) {
    if (!this.#carries(tag)) return;
    if (viewer.waitsForKey && !tag.key && this.only !== 'audio') return;
    viewer.waitsForKey = false;
    const bytes = Buffer.from(tag.bytes);
    const time = (tag.timeMs ?? this.#baseMs) >>> 0;
    bytes.writeUIntBE(time & 0xffffff, 4, 3);
    bytes.writeUInt8(time >>> 24, 7);
    viewer.write(bytes);
  }
}

/** Takes an FLV file apart: header, configuration tags, and media tags with their time. */
function parseFlv(file, durationMs) {
  const clip = { header: file.subarray(0, 13), configuration: [], tags: [], durationMs };
  for (let at = 13; at + 11 <= file.length; ) {
    const type = file[at];
    const size = file.readUIntBE(at + 1, 3);
    const bytes = file.subarray(at, at + 11 + size + 4);
    const timeMs = file.readUIntBE(at + 4, 3) | (file[at + 7] << 24);
    const configures = type === 18 || file[at + 12] === 0;
    const endOfSequence = type === 9 && file[at + 12] === 2;
    if (configures) clip.configuration.push({ type, bytes });
    else if (!endOfSequence && timeMs < durationMs) {
      clip.tags.push({ type, key: type === 9 && file[at + 11] >> 4 === 1, timeMs, bytes });
    }
    at += bytes.length;
  }
  return clip;
}

/** `long`: one GOP per six seconds, B-frames, 29.97 frames a second, 44.1 kHz. */
async function makeClip(long) {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-clip-'));
  const path = join(folder, 'clip.flv');
  const picture = `testsrc2=size=640x360:rate=${long ? '30000/1001' : 25}:duration=${LOOP_SECONDS}`;
  const tone = `sine=frequency=330:sample_rate=${long ? 44100 : 48000}:duration=${LOOP_SECONDS}`;
  const ffmpeg = spawn(
    'ffmpeg',
    ['-v', 'error', '-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', tone]
      .concat(['-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'main', '-b:v', '500k', '-g', long ? '1000' : '50'])
      .concat(['-bf', long ? '3' : '0', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-ac', '2', '-b:a', '64k', '-f', 'flv', path]),
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const code = await new Promise((done, failed) => ffmpeg.on('error', failed).on('exit', done));
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
  const file = await readFile(path);
  await rm(folder, { recursive: true });
  return parseFlv(file, LOOP_SECONDS * 1000);
}

/** Starts the stand-in: `stream(name)` makes a stream that is live, `listing` is what the list page gets. */
export async function serve(port = 0) {
  const clip = await makeClip(false);
  const longClip = await makeClip(true);
  const streams = new Map();
  const sockets = new Set();
  const world = {
    listing: { status: 200, body: { streams: [], rtmpPort: 1935, demo: false } },
    clips: { short: clip, long: longClip },
    http: true, // whether FLV over plain HTTP gets through; a proxy may hold it back
    requests: [],
    stream(name, { long = false } = {}) {
      if (!streams.has(name)) streams.set(name, new TestStream(long ? longClip : clip));
      return streams.get(name);
    },
  };

  const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://localhost');
    const path = decodeURIComponent(url.pathname);
    world.requests.push({ method: request.method, path });
    const json = (status, body, headers = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(request.method === 'HEAD' ? undefined : JSON.stringify(body));
    };
    if (path === '/sluice/v1/live') return json(world.listing.status, world.listing.body);
    if (path.endsWith('.flv')) {
      const stream = streams.get(path.slice(1, -4));
      const refusal = refuse(stream);
      if (refusal !== null) return json(...refusal);
      if (!world.http) return request.socket.destroy();
      response.writeHead(200, { 'content-type': 'video/x-flv', 'cache-control': 'no-store' });
      if (request.method === 'HEAD') return response.end();
      const viewer = {
        write: (bytes) => response.write(bytes),
        end: () => response.end(),
        cut: () => request.socket.destroy(),
      };
      request.socket.on('close', () => stream.leave(viewer));
      return stream.join(viewer);
    }
    const file = pageOf(path, url.searchParams);
    const content = file === null ? null : await readFile(file).catch(() => null);
    if (content === null) return json(404, { reason: 'not-found', message: 'There is nothing here.' });
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
    });
    response.end(content);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request, socket) => {
    const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
    world.requests.push({ method: 'WS', path });
    const stream = streams.get(path.slice(1, -4));
    socket.on('error', () => undefined);
    if (refuse(stream) !== null) return socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n');
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n' +
        `sec-websocket-accept: ${accept}\r\n\r\n`,
    );
    const viewer = {
      write: (bytes) => socket.write(Buffer.concat([frameHeader(bytes.length), bytes])),
      end: () => socket.end(Buffer.from([0x88, 2, 0x03, 0xe8])),
      cut: () => socket.destroy(),
    };
    socket.on('close', () => stream.leave(viewer));
    stream.join(viewer);
  });
  await new Promise((ready) => server.listen(port, '127.0.0.1', ready));
  world.url = `http://127.0.0.1:${server.address().port}`;
  world.close = async () => {
    for (const stream of streams.values()) stream.close();
    for (const socket of sockets) socket.destroy();
    await new Promise((done) => server.close(done));
  };
  return world;
}

function refuse(stream) {
  switch (stream?.mode ?? 'absent') {
    case 'absent':
      return [404, { reason: 'not-found', message: 'Nobody publishes under this name.' }];
    case 'denied':
      return [403, { reason: 'denied', message: 'A token is needed.' }];
    case 'busy':
      return [503, { reason: 'full', message: 'No room for another viewer.' }, { 'retry-after': '3' }];
    default:
      return null;
  }
}

function pageOf(path, query) {
  if (path.startsWith('/sluice/web/')) {
    const file = resolve(PAGES, normalize(path.slice('/sluice/web/'.length)));
    return file.startsWith(PAGES) ? file : null;
  }
  if (path.startsWith('/player/')) return join(PAGES, 'player.html');
  if (path !== '/' && path !== '/index.html') return null;
  return join(PAGES, query.has('stream') ? 'player.html' : 'index.html');
}

function frameHeader(length) {
  if (length < 126) return Buffer.from([0x82, length]);
  if (length < 65_536) return Buffer.from([0x82, 126, length >> 8, length & 0xff]);
  const header = Buffer.alloc(10);
  header[0] = 0x82;
  header[1] = 127;
  header.writeUInt32BE(length, 6);
  return header;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const world = await serve(Number(process.argv[2] ?? 8090));
  world.stream('live/demo');
  world.listing.body.streams = [
    {
      name: 'live/demo',
      viewers: 1,
      video: 'h264 640x360 25 fps',
      audio: 'aac 48000 Hz stereo',
      bitrateBps: 560_000,
      sinceMs: 12_345,
    },
  ];
  console.log(`${world.url}/  and  ${world.url}/player/live/demo`);
}
