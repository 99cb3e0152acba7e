package dev.sluice.mux.mpegts;

import dev.sluice.wire.MalformedException;
import dev.sluice.wire.mpegts.PesHeader;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A PID that carries PES packets. One of stated length is handed on with its last byte, one without
 * when the next begins. Its buffer grows with what has arrived, not with what was announced; one of
 * which nobody has kept a slice is used for the next packet too. Buffers are on the heap: they are
 * read in many small pieces, at each of which Java would ask memory outside of it whether it is
 * still there.
 */
final class PesPid extends PidReader {
  /** The first size of a buffer; later ones are as large as packets were of late. */
  private static final int FIRST_BYTES = 2_048;

  /** The largest buffer that is kept while nothing is in it. */
  private static final int MAX_KEPT_BYTES = 256 << 10;

  private static final int UNKNOWN = -1;
  private static final int UNBOUNDED = 0;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final TsContext context;
  private final ElementaryStream stream;

  private @Nullable ByteBuf buffer;
  private ByteBuffer memory = NOTHING; // of buffer; its position is where the next byte goes
  private boolean gathering;
  private int expected;
  private boolean damaged;
  private int usualBytes = FIRST_BYTES;

  PesPid(int pid, TsContext context, ElementaryStream stream) {
    super(pid, context.faults(), context.listener());
    this.context = context;
    this.stream = stream;
  }

  @Override
  void payload(ByteBuf in, ByteBuffer bytes, int at, int length, boolean unitStart) {
    if (unitStart) {
      finish();
      stream.next(in, at, length);
      begin();
    }
    ByteBuf into = buffer;
    if (!gathering || into == null) {
      return; // before the first beginning, or behind a packet that was whole
    }
    int size = memory.position();
    int taken = expected > UNBOUNDED ? Math.min(length, expected - size) : length;
    if (size + taken > context.settings().maxPesBytes() || !context.reserve(taken)) {
      faults().add(TsFault.OVERSIZED_PES, 1);
      giveUp();
      return;
    }
    copy(bytes, at, taken, into);
    if (expected == UNKNOWN && memory.position() >= PesHeader.PREFIX_SIZE) {
      readLength();
    }
    if (expected > UNBOUNDED && memory.position() == expected) {
      finish();
    }
  }

  private void begin() {
    ByteBuf last = buffer;
    if (last == null || last.refCnt() > 1 || last.capacity() > 4 * usualBytes) {
      giveBack();
      ByteBuf next = context.allocator().heapBuffer(usualBytes);
      buffer = next;
      memory = memory(next);
    } else {
      last.clear();
      memory.clear();
    }
    gathering = true;
    expected = UNKNOWN;
    damaged = false;
  }

  private static ByteBuffer memory(ByteBuf of) {
    return of.nioBuffer(0, of.capacity()).position(of.writerIndex());
  }

  private void copy(ByteBuffer bytes, int at, int length, ByteBuf into) {
    if (memory.remaining() < length) {
      into.writerIndex(memory.position()).ensureWritable(length);
      memory = memory(into);
    }
    int end = memory.position();
    memory.put(end, bytes, at, length).position(end + length);
  }

  private void readLength() {
    if (memory.getInt(0) >>> 8 != 1) {
      faults().add(TsFault.BAD_PES, 1);
      giveUp();
      return;
    }
    int packetLength = memory.getShort(4) & 0xFFFF;
    if (packetLength == 0) {
      expected = UNBOUNDED;
      return;
    }
    expected = PesHeader.PREFIX_SIZE + packetLength;
    int surplus = memory.position() - expected;
    if (surplus > 0) { // a packet that ends within its first TS packet
      context.free(surplus);
      memory.position(expected);
    }
  }

  @Override
  void hole() {
    stream.hole();
    if (gathering) {
      damaged = true;
      if (context.settings().damage() != TsSettings.Damage.PASS) {
        faults().add(TsFault.DAMAGED_PES, 1);
        giveUp();
      }
    }
  }

  @Override
  void restart() {
    discard();
    super.restart();
    stream.restart();
  }

  @Override
  void end() {
    finish();
    stream.end();
  }

  @Override
  void close() {
    discard();
    giveBack();
    stream.close();
  }

  private void giveUp() {
    discard();
    stream.hole();
  }

  private void discard() {
    if (gathering) {
      gathering = false;
      context.free(memory.position());
      keepOrGiveBack();
    }
  }

  private void keepOrGiveBack() {
    if (memory.capacity() > MAX_KEPT_BYTES) {
      giveBack();
    }
  }

  private void giveBack() {
    if (buffer != null) {
      buffer.release();
      buffer = null;
      memory = NOTHING;
    }
  }

  /** Hands on what was gathered. */
  private void finish() {
    ByteBuf pes = buffer;
    if (!gathering || pes == null) {
      return;
    }
    gathering = false;
    int size = memory.position();
    pes.writerIndex(size);
    context.free(size);
    try {
      usualBytes = Math.max(Math.max(FIRST_BYTES, size + size / 8), usualBytes - usualBytes / 8);
      if (damaged) {
        faults().add(TsFault.DAMAGED_PES, 1);
      } else if (expected > UNBOUNDED && size < expected) {
        faults().add(TsFault.SHORT_PES, 1);
        damaged = true;
        stream.hole();
        if (context.settings().damage() != TsSettings.Damage.PASS) {
          return;
        }
      }
      handOn(pes);
    } finally {
      keepOrGiveBack();
    }
  }

  private void handOn(ByteBuf pes) {
    PesHeader header;
    try {
      header = PesHeader.read(pes);
    } catch (MalformedException _) {
      header = null;
    }
    if (header == null) {
      faults().add(TsFault.BAD_PES, 1);
      stream.hole();
    } else if (header.scrambling() != 0) {
      faults().add(TsFault.SCRAMBLED, 1);
      stream.hole();
    } else if (!header.isPadding()) {
      stream.pes(header, pes, damaged);
    }
  }
}
