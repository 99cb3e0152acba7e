package dev.sluice.mux.mpegts;

import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.codec.AudioSplitter;
import dev.sluice.wire.mpegts.PesHeader;
import io.netty.buffer.ByteBuf;

/**
 * Audio: a byte stream in which a splitter finds the frames. A PES packet's time stamp belongs to
 * the first frame that begins in it (section 2.4.3.7); the others follow by their samples.
 */
final class AudioStream extends ElementaryStream implements AudioSplitter.Output {
  private final AudioSplitter splitter;

  /** The stamp of this PES packet, until a frame takes it. */
  private long stamp = TsClock.NONE;

  // the last stamp that was used, and what came since, in the track's timescale
  private long from = TsClock.NONE;
  private long samples;
  private Timescale timescale = Timescale.VIDEO;

  AudioStream(TsContext context, TsClock clock, AudioSplitter splitter) {
    super(context, clock);
    this.splitter = splitter;
  }

  @Override
  void pes(PesHeader header, ByteBuf payload, boolean damaged) {
    stamp = header.pts();
    splitter.feed(payload, this);
    stamp = TsClock.NONE;
  }

  @Override
  void hole() {
    splitter.reset();
    from = TsClock.NONE; // how much is missing is not known
  }

  @Override
  public void frame(Track track, boolean startedBefore, int frameSamples, ByteBuf payload) {
    if (stamp != TsClock.NONE && !startedBefore) {
      from = stamp;
      samples = 0;
      timescale = track.timescale();
      stamp = TsClock.NONE;
    } else if (from == TsClock.NONE) {
      count(TsFault.UNTIMED);
      payload.release();
      return;
    } else if (!timescale.equals(track.timescale())) {
      from = TsClock.plus(from, timescale.convertRounded(samples, Timescale.VIDEO));
      samples = 0;
      timescale = track.timescale();
    }
    long dts = TsClock.plus(from, timescale.convertRounded(samples, Timescale.VIDEO));
    samples += frameSamples;
    emit(track, dts, 0, true, payload);
  }
}
