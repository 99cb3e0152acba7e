package dev.sluice.mux.mp4;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sluice.mux.ByteSource;
import dev.sluice.mux.mp4.Mp4Builder.Form;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.isobmff.BoxHeader;
import dev.sluice.wire.isobmff.BoxType;
import dev.sluice.wire.isobmff.Boxes;
import dev.sluice.wire.isobmff.EditListBox.Edit;
import dev.sluice.wire.isobmff.SampleTable;
import dev.sluice.wire.isobmff.SampleTableHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Ten hours of 60 pictures a second with B-frames, and of sound: tables of 40 MB, no data. */
class Mp4LongFileTest {
  private static final int HOURS = 10;
  private static final int PICTURES = HOURS * 3_600 * 60;
  private static final int FRAMES = (int) (HOURS * 3_600L * 48_000 / 1_024);
  private static final int GOP = 120;

  /** An access unit of one IDR slice, and one of a slice that is none. */
  private static final Bytes KEY = Bytes.ofHex("00000004" + "65888400");

  private static final Bytes INTER = Bytes.ofHex("00000004" + "419A2400");

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Test
  void opensInLittleMemory() {
    LongFile source = new LongFile();
    assertThat(source.sizeBytes()).isGreaterThan(40_000_000);
    open(source); // classes are loaded
    long before = THREADS.getCurrentThreadAllocatedBytes();
    Mp4File file = open(source);
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated).isLessThan(600_000);
    assertThat(file.durationNs()).isBetween(HOURS * 3_600_000_000_000L, HOURS * 3_600_050_000_000L);
    assertThat(file.tracks()).hasSize(2);

    // and one that is read on takes no more, however far it goes
    allocated = 0;
    for (int hour = HOURS - 1; hour >= 0; hour--) {
      long at = hour * 3_600_000_000_000L + 1_234_567_890L;
      before = THREADS.getCurrentThreadAllocatedBytes();
      long where = file.seek(at);
      allocated += THREADS.getCurrentThreadAllocatedBytes() - before;
      assertThat(at - where).isBetween(0L, 2_000_000_000L);
      UnitDump dump = new UnitDump(file.clock());
      for (int i = 0; i < 300; i++) {
        assertThat(file.next(dump)).isTrue();
      }
      UnitDump.Unit first =
          dump.units.stream().filter(unit -> unit.id() == 0).findFirst().orElseThrow();
      assertThat(first.randomAccess()).isTrue();
      long picture = Math.floorDiv(where * 60 / 1_000_000_000, GOP) * GOP;
      assertThat(first.pts()).isEqualTo(picture * 1_500);
      assertThat(first.dts()).isEqualTo(picture * 1_500 - 3_000);
      UnitDump.Unit sound =
          dump.units.stream().filter(unit -> unit.id() == 1).findFirst().orElseThrow();
      assertThat(sound.pts() * 90_000.0 / 48_000)
          .isBetween(first.pts() - 2_000.0, first.pts() * 1.0);
      assertThat(dump.allReleased()).isTrue();
    }
    assertThat(allocated).isLessThan(100_000);
  }

  private static Mp4File open(ByteSource source) {
    return Mp4File.open(source, UnpooledByteBufAllocator.DEFAULT);
  }

  /** A moov with tables of full length; all samples lie on the same few bytes. */
  private static final class LongFile implements ByteSource {
    private final byte[] bytes;

    private LongFile() {
      var video =
          new Mp4Builder.Track(
              BoxType.VIDE,
              15_360,
              List.of(new Edit(HOURS * 3_600_000L, 512, Edit.NORMAL_RATE)),
              List.of(Mp4Builder.avc1()),
              List.of(),
              List.of());
      var audio =
          new Mp4Builder.Track(
              BoxType.SOUN, 48_000, List.of(), List.of(Mp4Builder.mp4a()), List.of(), List.of());
      ByteBuf empty = Unpooled.wrappedBuffer(Mp4Builder.file(List.of(video, audio), Form.PLAIN));
      ByteBuf data = Unpooled.buffer();
      KEY.writeTo(data);
      INTER.writeTo(data);
      ByteBuf out = Unpooled.buffer(64 << 20);
      BoxHeader.of(BoxType.MDAT, data.readableBytes()).write(out);
      out.writeBytes(data);
      copy(empty, out, new int[] {0});
      this.bytes = Bytes.copyOf(out).toArray();
    }

    /** Copies boxes, with other tables of samples. */
    private static void copy(ByteBuf in, ByteBuf out, int[] track) {
      while (in.isReadable()) {
        BoxHeader header = requireNonNull(BoxHeader.read(in));
        ByteBuf body = in.readSlice((int) header.bodySize());
        int type = header.type();
        if (type == BoxType.MDAT) {
          continue;
        }
        int start = Boxes.begin(type, out);
        if (SampleTableHeader.isTable(type)) {
          out.writerIndex(start);
          table(type, track[0] == 0).write(out);
          if (type == BoxType.STTS && track[0] == 0) {
            table(BoxType.CTTS, true).write(out);
            table(BoxType.STSS, true).write(out);
          }
          track[0] += type == BoxType.STCO ? 1 : 0;
          continue;
        }
        boolean container =
            type == BoxType.MOOV
                || type == BoxType.TRAK
                || type == BoxType.MDIA
                || type == BoxType.MINF
                || type == BoxType.STBL;
        if (container) {
          copy(body, out, track);
        } else {
          out.writeBytes(body);
        }
        Boxes.end(start, out);
      }
    }

    private static SampleTable table(int type, boolean video) {
      int samples = video ? PICTURES : FRAMES;
      long[] fields =
          switch (type) {
            case BoxType.STTS -> new long[] {samples, video ? 256 : 1_024};
            case BoxType.CTTS -> new long[2 * samples];
            case BoxType.STSS -> new long[samples / GOP];
            case BoxType.STSC -> new long[] {1, 1, 1};
            case BoxType.STSZ, BoxType.STCO -> new long[samples];
            default -> throw new AssertionError(BoxType.text(type));
          };
      for (int i = 0; i < samples; i++) {
        boolean key = i % GOP == 0;
        switch (type) {
          case BoxType.CTTS -> { // I P B P B …: no run is longer than one sample
            fields[2 * i] = 1;
            fields[2 * i + 1] = key ? 512 : i % 2 == 1 ? 768 : 256;
          }
          case BoxType.STSS -> fields[i / GOP] = key ? i + 1 : fields[i / GOP];
          case BoxType.STSZ -> fields[i] = 8;
          case BoxType.STCO -> fields[i] = key ? 8 : 16;
          default -> {}
        }
      }
      return SampleTable.of(type, fields);
    }

    @Override
    public long sizeBytes() {
      return bytes.length;
    }

    @Override
    public int read(long position, int length, ByteBuf out) {
      out.writeBytes(bytes, (int) position, length);
      return length;
    }
  }
}
