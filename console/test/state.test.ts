import { describe, expect, it } from 'vitest';
import { describe as say } from '../web/player/describe.ts';
import {
  initialState, linked, retryAtMs, retryDelayMs, step,
  type Effect, type Event, type Failure, type Sample, type State,
} from '../web/player/state.ts';

/** A player with a clock of its own: events go in, the effects of each come out. */
class Bench {
  state: State;
  ms = 0;
  bytes = 0;
  /** Answers without media. */
  answers = 0;
  leadS = 0.8;
  liveS: number | null = null;
  positionS = 0;
  bufferedToS = 0;
  bufferedFromS = 0;
  frames = 0;
  paused = false;
  hidden = false;

  /** Engines by the forms of the stream that they play. */
  constructor(forms: readonly string[] = ['flv', 'flv']) {
    this.state = initialState(forms);
  }

  send(event: Event): readonly Effect[] {
    const result = step(this.state, event, { ms: this.ms, random: 0.5 });
    this.state = result.state;
    return result.effects;
  }

  sample(): Sample {
    const buffered = this.bufferedToS > 0 ? [{ startS: this.bufferedFromS, endS: this.bufferedToS }] : [];
    const { bytes, leadS, liveS, positionS, frames, paused, hidden } = this;
    return { bytes, heard: bytes + this.answers, leadS, liveS, positionS, buffered, frames, paused, hidden };
  }

  /** Lets time pass in ticks of 250 ms; each does what the name says, all effects are collected. */
  pass(forMs: number, what: { bytes?: boolean; answers?: boolean; moves?: boolean } = {}): Effect[] {
    const effects: Effect[] = [];
    for (const until = this.ms + forMs; this.ms < until; ) {
      this.ms += 250;
      if (what.bytes === true) this.bytes += 10_000;
      if (what.answers === true) this.answers++;
      if (what.moves === true) {
        this.positionS += 0.25;
        this.frames += 6;
        this.bufferedToS = Math.max(this.bufferedToS + 0.25, this.positionS + 0.8);
      }
      for (const effect of this.send({ type: 'tick', sample: this.sample() })) {
        effects.push(effect);
        if (effect.type === 'open') this.reset();
        if (effect.type === 'seek') this.positionS = effect.toS;
      }
    }
    return effects;
  }

  reset() {
    this.bytes = this.answers = this.positionS = this.bufferedToS = this.bufferedFromS = this.frames = 0;
  }

  answered() {
    return this.send({ type: 'answered', link: this.state.link });
  }

  fails(kind: Failure['kind'], extra: Partial<Failure> = {}) {
    return this.send({ type: 'failed', link: this.state.link, failure: { kind, text: '', ...extra } });
  }

  started(): this {
    this.send({ type: 'start' });
    return this;
  }

  playing(): this {
    this.started().answered();
    this.pass(1_000, { bytes: true, moves: true });
    expect(this.phase).toBe('playing');
    return this;
  }

  get phase() {
    return this.state.phase.is;
  }

  get said() {
    return say(this.state, this.ms);
  }
}

describe('starting', () => {
  it('opens the first engine, and playing is the picture moving', () => {
    const bench = new Bench();
    expect(bench.phase).toBe('ready');
    expect(bench.send({ type: 'start' })).toEqual([{ type: 'open', engine: 0, link: 1 }]);
    expect(bench.phase).toBe('connecting');
    expect(bench.send({ type: 'start' })).toEqual([]);
    bench.answered();
    bench.pass(500, { bytes: true });
    expect(bench.phase).toBe('connecting');
    bench.pass(250, { bytes: true, moves: true });
    expect(bench.phase).toBe('playing');
    expect(bench.said.title).toBeNull();
  });

  it('is hopeless without an engine', () => {
    const bench = new Bench([]).started();
    expect(bench.phase).toBe('failed');
    expect(linked(bench.state)).toBe(false);
    expect(bench.said.title).toMatch(/browser/);
  });

  it('waits for a press where the browser wants one', () => {
    const bench = new Bench().started();
    expect(bench.send({ type: 'blocked' })).toEqual([{ type: 'close' }]);
    expect(bench.phase).toBe('ready');
    expect(bench.said.action).toBe('play');
    expect(bench.send({ type: 'start' })).toEqual([{ type: 'open', engine: 0, link: 2 }]);
  });
});

describe('a stream that is not there yet', () => {
  it('is asked for again and again, never more than 5 s apart (and a little), and begins by itself', () => {
    const bench = new Bench().started();
    for (let i = 0; i < 12; i++) {
      expect(bench.fails('absent', { text: 'Nobody publishes.' })).toEqual([{ type: 'close' }]);
      expect(bench.phase).toBe('waiting');
      const due = retryAtMs(bench.state) ?? 0;
      expect(due - bench.ms).toBeGreaterThan(0);
      expect(due - bench.ms).toBeLessThanOrEqual(6_000);
      const opened = bench.pass(due - bench.ms);
      expect(opened).toEqual([{ type: 'open', engine: 0, link: bench.state.link }]);
      expect(bench.said.title).toMatch(/Waiting/);
    }
    bench.answered();
    bench.pass(500, { bytes: true, moves: true });
    expect(bench.phase).toBe('playing');
  });

  it('may also be a connection that is held open', () => {
    const bench = new Bench().started();
    bench.answered();
    bench.pass(2_500);
    expect(bench.phase).toBe('connecting');
    bench.pass(250);
    expect(bench.phase).toBe('waiting');
    expect(linked(bench.state)).toBe(true);
    expect(bench.pass(40_000)).toEqual([]);
    expect(bench.pass(1_000, { bytes: true })).toEqual([]);
    bench.pass(500, { bytes: true, moves: true });
    expect(bench.phase).toBe('playing');
  });

  it('is connected to anew when it was silent for too long, and goes on waiting', () => {
    const bench = new Bench().started();
    bench.answered();
    expect(bench.pass(46_000)).toEqual([{ type: 'open', engine: 0, link: 2 }]);
    expect(bench.phase).toBe('waiting');
  });
});

describe('an encoder that is away', () => {
  it('leaves the connection open; the picture goes on by itself', () => {
    const bench = new Bench().playing();
    expect(bench.pass(1_000)).toEqual([]);
    expect(bench.phase).toBe('playing');
    bench.pass(10_000);
    expect(bench.phase).toBe('stalled');
    expect(bench.said.title).toBe('Encoder away, waiting');
    expect(bench.state.link).toBe(1);
    bench.pass(250, { bytes: true, moves: true });
    expect(bench.phase).toBe('playing');
  });

  it('that comes back leaves the picture behind, so it jumps to the front', () => {
    const bench = new Bench().playing();
    bench.pass(8_000);
    bench.bufferedToS += 9; // the last frame before the pause lasts until the first one after it
    const [effect, ...rest] = bench.pass(250, { bytes: true, moves: true });
    expect(effect).toEqual({ type: 'seek', toS: bench.bufferedToS - 0.8 });
    expect(rest).toEqual([]);
  });

  it('that leaves a hole is jumped over', () => {
    const bench = new Bench().playing();
    bench.pass(8_000);
    bench.bufferedFromS = bench.positionS + 8;
    bench.bufferedToS = bench.bufferedFromS + 0.3;
    const [effect] = bench.pass(250, { bytes: true });
    expect(effect).toEqual({ type: 'seek', toS: bench.bufferedFromS + 0.05 });
  });

  it('that changed is jumped to a moment before the hole, while still playing', () => {
    const bench = new Bench().playing();
    const endS = bench.positionS + 0.5;
    const two = (): Sample => ({
      ...bench.sample(),
      buffered: [{ startS: 0, endS }, { startS: endS + 0.1, endS: endS + 1 }],
    });
    const at = (positionS: number) => {
      bench.ms += 250;
      bench.positionS = positionS;
      return bench.send({ type: 'tick', sample: two() });
    };
    expect(at(endS - 0.35)).toEqual([]);
    expect(at(endS - 0.25)).toEqual([{ type: 'seek', toS: expect.closeTo(endS + 0.2, 9) }]);
    expect(bench.phase).toBe('playing');
  });

  it('is told from a network that is too slow', () => {
    const bench = new Bench().playing();
    bench.pass(2_000, { bytes: true });
    expect(bench.state.phase).toMatchObject({ is: 'stalled', cause: 'network' });
    expect(bench.said.badge).toBe('Buffering');
  });

  it('may also mean a dead connection: after long silence there is a new one', () => {
    const bench = new Bench().playing();
    expect(bench.pass(46_000)).toEqual([{ type: 'open', engine: 0, link: 2 }]);
    expect(bench.phase).toBe('stalled');
    bench.fails('absent');
    expect(bench.phase).toBe('offline');
  });
});

describe('a stream that is fetched piece by piece', () => {
  it('does not play yet when the picture is put to where it will begin', () => {
    const bench = new Bench().started();
    bench.answered();
    bench.positionS = 28.4;
    bench.bufferedFromS = 28;
    bench.bufferedToS = 29.6;
    bench.pass(500, { bytes: true });
    expect(bench.phase).toBe('connecting');
    expect(bench.state).toMatchObject({ everPlayed: false, engineProven: false });
    bench.pass(250, { bytes: true, moves: true });
    expect(bench.phase).toBe('playing');
  });

  it('is not connected to anew while its server answers, however long the encoder is away', () => {
    const bench = new Bench().playing();
    expect(bench.pass(120_000, { answers: true })).toEqual([]);
    expect(bench.state).toMatchObject({ link: 1, phase: { is: 'stalled', cause: 'encoder' } });
    expect(bench.pass(46_000)).toEqual([{ type: 'open', engine: 0, link: 2 }]);
  });

  it('stays as far behind as its engine means to be', () => {
    const bench = new Bench();
    bench.leadS = 6;
    bench.playing();
    bench.bufferedToS = bench.positionS + 9;
    expect(bench.pass(250, { bytes: true, moves: true })).toEqual([]);
    bench.bufferedToS = bench.positionS + 9.5;
    const [effect] = bench.pass(250, { bytes: true, moves: true });
    expect(effect).toEqual({ type: 'seek', toS: bench.bufferedToS - 6 });
  });

  it('is live where its engine says so', () => {
    const bench = new Bench().playing();
    bench.liveS = 41.5;
    expect(bench.send({ type: 'go-live', sample: bench.sample() })).toEqual([{ type: 'seek', toS: 41.5 }]);
  });
});

describe('a stream that goes away', () => {
  it.each(['ended', 'network', 'absent'] as const)('(%s) is tried again with growing delay', (kind) => {
    const bench = new Bench().playing();
    const delays: number[] = [];
    for (let i = 0; i < 8; i++) {
      bench.fails(i === 0 ? kind : 'absent');
      expect(bench.phase).toBe('offline');
      expect(bench.said.detail).toMatch(/Trying again in \d+ s/);
      const due = retryAtMs(bench.state) ?? 0;
      delays.push(due - bench.ms);
      bench.pass(due - bench.ms);
      expect(bench.said.detail).toBe('Trying again now…');
    }
    expect(delays).toEqual([...delays].sort((a, b) => a - b));
    expect(delays[0]).toBe(1_000);
    expect(delays.at(-1)).toBe(15_000);
    bench.answered();
    bench.pass(6_000, { bytes: true, moves: true });
    expect(bench.phase).toBe('playing');
    expect(bench.state.attempt).toBe(0);
  });

  it('is tried at once when the viewer or the network says so', () => {
    const bench = new Bench().playing();
    bench.fails('network');
    expect(bench.send({ type: 'retry' })).toEqual([{ type: 'open', engine: 0, link: 2 }]);
    expect(bench.send({ type: 'retry' })).toEqual([]);
  });

  it('does not come back sooner than a full server asked for', () => {
    const bench = new Bench().started();
    bench.fails('busy', { retryAfterS: 20 });
    expect(retryAtMs(bench.state)).toBe(20_000);
    expect(bench.said.title).toBe('The server is full');
  });
});

describe('failures', () => {
  it.each(['denied', 'refused', 'form', 'codec'] as const)('%s ends it, with advice, until the viewer tries again', (kind) => {
    const bench = new Bench().started();
    expect(bench.fails(kind, { text: 'so says the server' })).toEqual([{ type: 'close' }]);
    expect(bench.phase).toBe('failed');
    expect(bench.said.detail).toContain('so says the server');
    expect(bench.pass(60_000)).toEqual([]);
    expect(bench.send({ type: 'start' })).toEqual([{ type: 'open', engine: 0, link: 2 }]);
  });

  it('of the decoder are tried over twice', () => {
    const bench = new Bench().started();
    bench.fails('decoder');
    expect(bench.phase).toBe('offline');
    bench.pass(60_000);
    bench.fails('decoder');
    bench.pass(60_000);
    bench.fails('decoder');
    expect(bench.phase).toBe('failed');
  });

  it.each(['form', 'codec'] as const)('%s leads to the next engine that plays another form', (kind) => {
    const bench = new Bench(['flv', 'flv', 'hls']).started();
    expect(bench.fails(kind)).toEqual([{ type: 'open', engine: 2, link: 2 }]);
    expect(bench.phase).toBe('connecting');
    expect(bench.fails('form', { text: 'no form carries it' })).toEqual([{ type: 'close' }]);
    expect(bench.phase).toBe('failed');
    expect(bench.said.detail).toContain('no form carries it');
    expect(bench.send({ type: 'start' })).toEqual([{ type: 'open', engine: 0, link: 3 }]);
    expect(bench.state.unfit).toEqual([]);
  });

  it('of a stream that changed while it was watched lead there, too', () => {
    const bench = new Bench(['flv', 'flv', 'hls']).playing();
    expect(bench.fails('codec')).toEqual([{ type: 'open', engine: 2, link: 2 }]);
    bench.answered();
    bench.reset();
    bench.pass(1_000, { bytes: true, moves: true });
    expect(bench.phase).toBe('playing');
    // a cut is no reason to go back; another stream is
    bench.fails('network');
    expect(bench.state.engine).toBe(2);
    bench.send({ type: 'retry' });
    bench.fails('ended');
    expect(bench.state).toMatchObject({ engine: 0, unfit: [] });
  });

  it('of the network pass over an engine that was given up', () => {
    const bench = new Bench(['flv', 'hls', 'other']).started();
    bench.fails('form');
    expect(bench.state.engine).toBe(1);
    for (const next of [2, 1, 2]) {
      bench.fails('network');
      expect(bench.state.engine).toBe(next);
      bench.send({ type: 'retry' });
    }
  });

  it('of the decoder lead to another form in the end', () => {
    const bench = new Bench(['flv', 'hls']).started();
    for (let i = 0; i < 2; i++) {
      bench.fails('decoder');
      bench.pass(60_000);
    }
    bench.send({ type: 'retry' });
    const { link } = bench.state;
    expect(bench.fails('decoder')).toEqual([{ type: 'open', engine: 1, link: link + 1 }]);
  });

  it('of the network lead to the next engine, unless this one has played', () => {
    const bench = new Bench().started();
    bench.fails('network');
    expect(bench.state.engine).toBe(1);
    bench.send({ type: 'retry' });
    bench.fails('network');
    expect(bench.state.engine).toBe(0);

    const proven = new Bench().playing();
    proven.fails('network');
    expect(proven.state.engine).toBe(0);
  });

  it('include no answer at all', () => {
    const bench = new Bench().started();
    expect(bench.pass(10_000)).toEqual([]);
    expect(bench.pass(250)).toEqual([{ type: 'close' }]);
    expect(bench.phase).toBe('offline');
  });

  it('include bytes that make no picture', () => {
    const bench = new Bench().started();
    bench.answered();
    expect(bench.pass(8_000, { bytes: true })).toEqual([]);
    expect(bench.pass(250, { bytes: true })).toEqual([{ type: 'close' }]);
    expect(bench.state).toMatchObject({ engine: 1, phase: { is: 'offline' } });
  });

  it('include a picture that freezes while the sound goes on: it is sought to the front', () => {
    const bench = new Bench().playing();
    const effects: Effect[] = [];
    for (let i = 0; i < 11; i++) {
      const { frames } = bench;
      bench.frames -= 6;
      effects.push(...bench.pass(250, { bytes: true, moves: true }));
      expect(bench.frames).toBe(frames);
    }
    expect(effects).toEqual([{ type: 'seek', toS: expect.any(Number) }]);
    expect(bench.phase).toBe('playing');
  });

  it('include a picture that stands with enough ahead: sought to the front, then started afresh', () => {
    const bench = new Bench().playing();
    bench.bufferedToS = bench.positionS + 3;
    const effects = bench.pass(9_000, { bytes: true });
    expect(effects.map((effect) => effect.type)).toEqual(['seek', 'close']);
    expect(bench.phase).toBe('offline');
  });

  it('of an older connection are ignored', () => {
    const bench = new Bench().playing();
    expect(bench.send({ type: 'failed', link: 0, failure: { kind: 'denied', text: '' } })).toEqual([]);
    expect(bench.phase).toBe('playing');
  });
});

describe('the viewer', () => {
  it('pauses, which closes the connection, and goes on at the front', () => {
    const bench = new Bench().playing();
    expect(bench.send({ type: 'pause' })).toEqual([{ type: 'close' }]);
    expect(bench.phase).toBe('paused');
    expect(bench.pass(60_000)).toEqual([]);
    expect(bench.fails('network')).toEqual([]);
    expect(bench.send({ type: 'start' })).toEqual([{ type: 'open', engine: 0, link: 2 }]);
  });

  it('may pause while a retry is due', () => {
    const bench = new Bench().playing();
    bench.fails('ended');
    bench.send({ type: 'pause' });
    expect(bench.phase).toBe('paused');
    expect(bench.pass(60_000)).toEqual([]);
  });

  it('may jump to the front', () => {
    const bench = new Bench().playing();
    const effects = bench.send({ type: 'go-live', sample: bench.sample() });
    expect(effects).toEqual([{ type: 'seek', toS: bench.bufferedToS - 0.8 }]);
    expect(new Bench().send({ type: 'go-live', sample: bench.sample() })).toEqual([]);
  });

  it('is not told of a stall that the background caused', () => {
    const bench = new Bench().playing();
    bench.hidden = true;
    expect(bench.pass(120_000)).toEqual([]);
    expect(bench.phase).toBe('playing');
  });

  it('may open the page in the background, where nothing is loaded yet', () => {
    const bench = new Bench().started();
    bench.hidden = true;
    expect(bench.pass(120_000)).toEqual([]);
    bench.hidden = false;
    expect(bench.pass(1_000)).toEqual([]);
    expect(bench.phase).toBe('connecting');
  });

  it('sees the picture go on when the browser had paused it', () => {
    const bench = new Bench().playing();
    bench.paused = true;
    expect(bench.pass(250, { bytes: true })).toEqual([{ type: 'play' }]);
  });
});

describe('a choice of engine', () => {
  it('takes effect at once where something plays, and lasts', () => {
    const bench = new Bench(['flv', 'flv', 'hls']).playing();
    expect(bench.send({ type: 'choose', forms: ['hls'] })).toEqual([{ type: 'open', engine: 0, link: 2 }]);
    expect(bench.phase).toBe('connecting');
    bench.fails('network');
    expect(bench.state.engine).toBe(0);
    expect(bench.send({ type: 'choose', forms: ['flv', 'hls'] })).toEqual([{ type: 'open', engine: 0, link: 3 }]);
    bench.fails('form');
    expect(bench.state.engine).toBe(1);
  });

  it('waits for the viewer where nothing plays', () => {
    const bench = new Bench().playing();
    bench.send({ type: 'pause' });
    expect(bench.send({ type: 'choose', forms: ['hls'] })).toEqual([]);
    expect(bench.phase).toBe('paused');
    expect(bench.send({ type: 'start' })).toEqual([{ type: 'open', engine: 0, link: 2 }]);
    expect(bench.state.engines).toBe(1);
  });

  it('brings back what had failed', () => {
    const bench = new Bench(['flv']).started();
    bench.fails('form');
    expect(bench.phase).toBe('failed');
    expect(bench.send({ type: 'choose', forms: ['hls'] })).toEqual([{ type: 'open', engine: 0, link: 2 }]);
  });

  it('of none is no choice', () => {
    const bench = new Bench().playing();
    expect(bench.send({ type: 'choose', forms: [] })).toEqual([]);
    expect(bench.phase).toBe('playing');
  });
});

describe('stalls', () => {
  it('are counted with the time that they took, however they end', () => {
    const bench = new Bench().playing();
    expect(bench.state).toMatchObject({ stalls: 0, stalledMs: 0 });
    bench.pass(3_000);
    expect(bench.phase).toBe('stalled');
    expect(bench.state).toMatchObject({ stalls: 1, stalledMs: 0 });
    bench.pass(250, { bytes: true, moves: true });
    expect(bench.state).toMatchObject({ stalls: 1, stalledMs: 3_250 });
    bench.pass(2_000);
    expect(bench.state.stalls).toBe(2);
    bench.send({ type: 'pause' });
    expect(bench.state).toMatchObject({ stalls: 2, stalledMs: 5_250 });
    bench.send({ type: 'start' });
    bench.pass(5_000);
    expect(bench.state, 'what begins anew does not stall').toMatchObject({ stalls: 2, stalledMs: 5_250 });
  });
});

describe('delays', () => {
  it('are spread by a fifth to either side and bounded', () => {
    expect(retryDelayMs(0, false, 0)).toBe(800);
    expect(retryDelayMs(0, false, 1)).toBe(1_200);
    expect(retryDelayMs(1_000, false, 1)).toBe(18_000);
    expect(retryDelayMs(1_000, true, 1)).toBe(6_000);
  });
});

/** A small generator of its own: mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe('whatever happens', () => {
  const kinds: Failure['kind'][] = [
    'absent', 'denied', 'refused', 'form', 'busy', 'network', 'ended', 'stuck', 'decoder', 'codec',
  ];

  it.each(Array.from({ length: 50 }, (_, seed) => seed))('connections and phases agree (seed %d)', (seed) => {
    const random = seeded(seed);
    const pick = <T,>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    let state = initialState(['flv', 'flv', 'hls']);
    let open: number | null = null;
    let ms = 0;
    const sample = (): Sample => {
      const startS = random() * 20;
      return {
        bytes: Math.floor(random() * 1e6),
        heard: Math.floor(random() * 1e6),
        leadS: 0.8 + random() * 6,
        liveS: random() < 0.5 ? null : random() * 30,
        positionS: random() < 0.3 ? 0 : random() * 30,
        buffered: random() < 0.2 ? [] : [{ startS, endS: startS + random() * 10 }],
        frames: Math.floor(random() * 1_000),
        paused: random() < 0.1,
        hidden: random() < 0.1,
      };
    };
    for (let i = 0; i < 400; i++) {
      ms += random() * 3_000;
      const link = random() < 0.8 ? state.link : state.link - 1;
      const event = pick<() => Event>([
        () => ({ type: 'tick', sample: sample() }),
        () => ({ type: 'tick', sample: sample() }),
        () => ({ type: 'start' }),
        () => ({ type: 'pause' }),
        () => ({ type: 'retry' }),
        () => ({ type: 'blocked' }),
        () => ({ type: 'go-live', sample: sample() }),
        () => ({ type: 'choose', forms: pick([['hls'], ['flv', 'flv', 'hls'], []]) }),
        () => ({ type: 'answered', link }),
        () => ({ type: 'failed', link, failure: { kind: pick(kinds), text: '' } }),
      ])();
      const before = state;
      const result = step(state, event, { ms, random: random() });
      state = result.state;
      for (const effect of result.effects) {
        if (effect.type === 'open') open = effect.link;
        if (effect.type === 'close') open = null;
        if (effect.type === 'seek') expect(effect.toS).toBeGreaterThanOrEqual(0);
      }
      expect(open !== null, `${before.phase.is} ${event.type} ${state.phase.is}`).toBe(linked(state));
      if (open !== null) expect(open).toBe(state.link);
      const due = retryAtMs(state);
      if (due !== null) expect(due).toBeLessThanOrEqual(ms + 61_000);
      expect(say(state, ms).badge).not.toBe('');
    }
  });
});
