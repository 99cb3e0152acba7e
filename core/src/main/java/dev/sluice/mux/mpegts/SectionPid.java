package dev.sluice.mux.mpegts;

import dev.sluice.wire.mpegts.SectionAssembler;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/** A PID that carries sections. */
final class SectionPid extends PidReader {
  private final SectionAssembler assembler;
  private final SectionAssembler.Output output;
  private long counted;

  /** Sections of up to {@code maxBytes} go to {@code output}; nothing of them is checked. */
  SectionPid(
      int pid, TsFaults faults, TsListener listener, int maxBytes, SectionAssembler.Output output) {
    super(pid, faults, listener);
    this.assembler = new SectionAssembler(maxBytes);
    this.output = output;
  }

  @Override
  void payload(ByteBuf in, ByteBuffer bytes, int at, int length, boolean unitStart) {
    assembler.packet(unitStart, in, at, length, output);
    long bad = assembler.incomplete() + assembler.oversized();
    if (bad != counted) {
      faults().add(TsFault.BAD_SECTION, bad - counted);
      counted = bad;
    }
  }

  @Override
  void hole() {
    assembler.reset();
  }

  @Override
  void restart() {
    super.restart();
    assembler.reset();
  }
}
