package dev.sluice.mux.mpegts;

import dev.sluice.media.SourceUnit;
import dev.sluice.media.Track;
import dev.sluice.wire.mpegts.PesHeader;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** What is done with the PES packets of one elementary stream: a class for each shape. */
abstract class ElementaryStream {
  private final TsContext context;
  private final TsClock clock;
  private @Nullable Track announced;

  ElementaryStream(TsContext context, TsClock clock) {
    this.context = context;
    this.clock = clock;
  }

  /**
   * Takes one PES packet.
   *
   * @param payload what follows the header, borrowed; it does not change afterwards
   * @param damaged whether it has a hole, or ends too early
   */
  abstract void pes(PesHeader header, ByteBuf payload, boolean damaged);

  /**
   * Another PES packet begins, what came before of it is all there is.
   *
   * @param in where its first packet's payload is, borrowed, valid during the call
   */
  void next(ByteBuf in, int at, int length) {}

  /** Bytes are missing before the next packet. */
  void hole() {}

  /** What comes next has nothing to do with what was. */
  void restart() {
    hole();
  }

  /** Nothing more comes: hands on what is whole. */
  void end() {}

  /** Gives back memory. */
  void close() {}

  final TsContext context() {
    return context;
  }

  final TsClock clock() {
    return clock;
  }

  final void count(TsFault fault) {
    context.faults().add(fault, 1);
  }

  /** Hands on a unit; takes over the payload's reference. */
  final void emit(Track track, long dts, int offset, boolean randomAccess, ByteBuf payload) {
    if (!track.equals(announced)) {
      announced = track;
      context.output().track(track);
    }
    switch (track.kind()) {
      case VIDEO -> clock.video(dts);
      case AUDIO -> clock.audio(dts);
      case DATA -> {}
    }
    context.output().unit(new SourceUnit(track, dts, offset, randomAccess, payload));
  }
}
