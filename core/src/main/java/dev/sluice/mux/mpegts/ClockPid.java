package dev.sluice.mux.mpegts;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/** A PID of which nothing but the clock is read. */
final class ClockPid extends PidReader {
  ClockPid(int pid, TsFaults faults, TsListener listener) {
    super(pid, faults, listener);
    clock(true);
  }

  @Override
  void payload(ByteBuf in, ByteBuffer bytes, int at, int length, boolean unitStart) {}

  @Override
  void hole() {}
}
