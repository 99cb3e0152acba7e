package dev.sluice.wire.av1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.testkit.Seeds;
import dev.sluice.wire.BitsOut;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.ColourCodes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.av1.Av1SequenceHeader.OperatingPoint;
import dev.sluice.wire.av1.Av1SequenceHeader.Samples;
import dev.sluice.wire.av1.Av1SequenceHeader.Timing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The sequence headers are those of SVT-AV1 and libaom. */
class Av1HeadersTest {
  private static final String HDR = "0000000337fbe7dfce84880482";

  @Test
  void readsSequenceHeaders() {
    assertThat(Av1SequenceHeader.read(hex(HDR)))
        .isEqualTo(
            new Av1SequenceHeader(
                0,
                false,
                false,
                null,
                List.of(new OperatingPoint(0, 0, false)),
                128,
                96,
                new Samples(10, false, true, true, 0, new ColourCodes(9, 16, 9, false)),
                false));
    assertThat(Av1SequenceHeader.read(hex("2000000337fbe6d7c890")).colour())
        .isEqualTo(new Samples(8, false, false, false, 0, new ColourCodes(2, 2, 2, true)));
    for (int length = 0; length < HDR.length() / 2 - 1; length++) {
      ByteBuf truncated = hex(HDR).slice(0, length);
      assertThatThrownBy(() -> Av1SequenceHeader.read(truncated))
          .isInstanceOf(MalformedException.class)
          .hasMessageStartingWith("AV1 sequence header ends");
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "60, 'AV1 sequence header: seq_profile is 3, allowed is 0 to 2'",
    "E0, 'AV1 sequence header: seq_profile is 7, allowed is 0 to 2'",
  })
  void refuses(String hex, String fault) {
    assertThatThrownBy(() -> Av1SequenceHeader.read(hex(hex)))
        .isInstanceOf(MalformedException.class)
        .hasMessage(fault);
  }

  @Test
  void sizeIsLimited() {
    ByteBuf most = hex(HDR).writeZero(Av1SequenceHeader.MAX_BYTES - HDR.length() / 2);
    assertThat(Av1SequenceHeader.read(most).maxWidth()).isEqualTo(128);
    most.writeByte(0);
    assertThatThrownBy(() -> Av1SequenceHeader.read(most))
        .isInstanceOf(MalformedException.class)
        .hasMessage("AV1 sequence header of 1025 bytes, allowed are 1024");
  }

  @Test
  void everyFieldHasItsLength() {
    Seeds.run(
        400,
        random -> {
          var expected = new Av1SequenceHeader[1];
          byte[] written = sequenceHeader(random, expected);
          assertThat(Av1SequenceHeader.read(Unpooled.wrappedBuffer(written)))
              .isEqualTo(expected[0]);
        });
  }

  private static byte[] sequenceHeader(RandomGenerator random, Av1SequenceHeader[] expected) {
    BitsOut out = new BitsOut();
    int profile = random.nextInt(3);
    boolean still = random.nextBoolean();
    boolean reduced = still && random.nextBoolean();
    out.u(3, profile).flag(still).flag(reduced);
    List<OperatingPoint> points = new ArrayList<>();
    Timing timing = null;
    if (reduced) {
      points.add(new OperatingPoint(0, 13, false));
      out.u(5, 13);
    } else {
      boolean timed = random.nextBoolean();
      boolean model = timed && random.nextBoolean();
      int delayBits = 1 + random.nextInt(32);
      out.flag(timed);
      if (timed) {
        long ticks = random.nextInt(3);
        timing = new Timing(1_001, 4_000_000_000L, ticks);
        out.u(32, 1_001).u(32, 4_000_000_000L).flag(ticks > 0);
        if (ticks > 0) {
          out.ue(ticks - 1); // uvlc is written like ue
        }
        out.flag(model);
        if (model) {
          out.u(5, delayBits - 1).u(32, 77).u(5, 9).u(5, 9);
        }
      }
      boolean delays = random.nextBoolean();
      int count = 1 + random.nextInt(32);
      out.flag(delays).u(5, count - 1);
      for (int i = 0; i < count; i++) {
        int level = random.nextInt(32);
        boolean high = level > 7 && random.nextBoolean();
        points.add(new OperatingPoint(random.nextInt(4_096), level, high));
        out.u(12, points.getLast().layers()).u(5, level);
        if (level > 7) {
          out.flag(high);
        }
        if (model) {
          boolean present = random.nextBoolean();
          out.flag(present);
          if (present) {
            out.u(delayBits, 1).u(delayBits, 1).flag(true);
          }
        }
        if (delays) {
          boolean present = random.nextBoolean();
          out.flag(present);
          if (present) {
            out.u(4, 9);
          }
        }
      }
    }
    int widthBits = 1 + random.nextInt(16);
    int heightBits = 1 + random.nextInt(16);
    int width = 1 + random.nextInt(1 << widthBits);
    int height = 1 + random.nextInt(1 << heightBits);
    out.u(4, widthBits - 1).u(4, heightBits - 1).u(widthBits, width - 1).u(heightBits, height - 1);
    if (!reduced) {
      boolean frameIds = random.nextBoolean();
      out.flag(frameIds);
      if (frameIds) {
        out.u(4, 5).u(3, 5);
      }
    }
    out.u(3, random.nextInt(8));
    if (!reduced) {
      out.u(4, random.nextInt(16));
      boolean hints = random.nextBoolean();
      out.flag(hints);
      if (hints) {
        out.u(2, 1);
      }
      boolean chosen = random.nextBoolean();
      boolean forced = chosen || random.nextBoolean();
      out.flag(chosen);
      if (!chosen) {
        out.flag(forced);
      }
      if (forced) {
        boolean integer = random.nextBoolean();
        out.flag(integer);
        if (!integer) {
          out.flag(true);
        }
      }
      if (hints) {
        out.u(3, 6);
      }
    }
    out.u(3, random.nextInt(8));
    Samples samples = samples(random, out, profile);
    boolean grain = random.nextBoolean();
    out.flag(grain);
    expected[0] =
        new Av1SequenceHeader(
            profile, still, reduced, timing, points, width, height, samples, grain);
    return out.trailed();
  }

  private static Samples samples(RandomGenerator random, BitsOut out, int profile) {
    boolean high = random.nextBoolean();
    boolean twelve = high && profile == 2 && random.nextBoolean();
    int bitDepth = twelve ? 12 : high ? 10 : 8;
    out.flag(high);
    if (high && profile == 2) {
      out.flag(twelve);
    }
    boolean monochrome = profile != 1 && random.nextInt(4) == 0;
    if (profile != 1) {
      out.flag(monochrome);
    }
    boolean described = random.nextBoolean();
    boolean rgb = described && !monochrome && random.nextInt(3) == 0;
    int primaries = rgb ? 1 : described ? 9 : 2;
    int transfer = rgb ? 13 : described ? 16 : 2;
    int matrix = rgb ? 0 : described ? 9 : 2;
    out.flag(described);
    if (described) {
      out.u(8, primaries).u(8, transfer).u(8, matrix);
    }
    if (monochrome) {
      boolean full = random.nextBoolean();
      out.flag(full);
      return new Samples(
          bitDepth, true, true, true, 0, new ColourCodes(primaries, transfer, matrix, full));
    }
    boolean full = rgb || random.nextBoolean();
    boolean halfX = false;
    boolean halfY = false;
    if (!rgb) {
      out.flag(full);
      halfX = profile == 0 || profile == 2 && (!twelve || random.nextBoolean());
      halfY = profile == 0 || twelve && halfX && random.nextBoolean();
      if (twelve) {
        out.flag(halfX);
        if (halfX) {
          out.flag(halfY);
        }
      }
    }
    int position = 0;
    if (halfX && halfY) {
      position = random.nextInt(3);
      out.u(2, position);
    }
    out.flag(random.nextBoolean()); // separate_uv_delta_q
    return new Samples(
        bitDepth,
        false,
        halfX,
        halfY,
        position,
        new ColourCodes(primaries, transfer, matrix, full));
  }

  @ParameterizedTest(name = "{0}, reduced {1}: existing {2}, {3}, shown {4}")
  @CsvSource({
    "10, false, false, KEY, true",
    "00, false, false, KEY, false", // shown later
    "30, false, false, INTER, true",
    "50, false, false, INTRA_ONLY, true",
    "70, false, false, SWITCH, true",
    "80, false, true, INTER, true",
    "80, true, false, KEY, true", // of a still picture, which has no such bits
  })
  void readsFrameHeaders(
      String hex, boolean reduced, boolean existing, Av1FrameHeader.Type type, boolean shown) {
    var header = Av1FrameHeader.read(hex(hex), 0, 1, reduced);
    assertThat(header).isEqualTo(new Av1FrameHeader(existing, type, shown));
    assertThat(header.isShownKeyFrame()).isEqualTo(type == Av1FrameHeader.Type.KEY && shown);
    assertThatThrownBy(() -> Av1FrameHeader.read(hex(hex), 1, 1, false))
        .isInstanceOf(MalformedException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"81004c000a0d" + "0000000337fbe7dfce84880482", "81000c00", "8129FF1F", "813f601f"})
  void readsAndWritesRecords(String hex) {
    var record = Av1CodecConfigurationRecord.read(hex(hex));
    ByteBuf out = Unpooled.buffer();
    record.write(out);
    assertThat(out).isEqualTo(hex(hex));
    for (int length = 0; length < 4; length++) {
      ByteBuf truncated = hex(hex).slice(0, length);
      assertThatThrownBy(() -> Av1CodecConfigurationRecord.read(truncated))
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void recordsSayWhatTheSequenceHeaderSays() {
    Seeds.run(
        50,
        random -> {
          var sequence = new Av1SequenceHeader[1];
          sequenceHeader(random, sequence);
          var record = Av1CodecConfigurationRecord.of(sequence[0], 3, Bytes.ofHex("0A00"));
          ByteBuf out = Unpooled.buffer();
          record.write(out);
          assertThat(Av1CodecConfigurationRecord.read(out)).isEqualTo(record);
          assertThat(record.bitDepth()).isEqualTo(sequence[0].colour().bitDepth());
          assertThat(record.level()).isEqualTo(sequence[0].operatingPoints().getFirst().level());
          assertThat(record.presentationDelay()).isEqualTo(3);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"01004c00", "82004c00", "00000000"})
  void refusesOtherVersions(String hex) {
    assertThatThrownBy(() -> Av1CodecConfigurationRecord.read(hex(hex)))
        .isInstanceOf(MalformedException.class)
        .hasMessageEndingWith("allowed is 0x81");
  }

  @FuzzTest
  void anyBytesAreReadOrRefused(byte[] input) {
    ByteBuf in = Unpooled.wrappedBuffer(input);
    try {
      Av1SequenceHeader header = Av1SequenceHeader.read(in);
      assertThat(header.maxWidth()).isBetween(1, 65_536);
      assertThat(header.operatingPoints()).hasSizeBetween(1, 32);
      Av1CodecConfigurationRecord.of(header, 0, Bytes.EMPTY).write(Unpooled.buffer());
    } catch (MalformedException refused) {
      assertThat(refused.getMessage()).startsWith("AV1 sequence header");
    }
    try {
      var record = Av1CodecConfigurationRecord.read(in.duplicate());
      ByteBuf out = Unpooled.buffer();
      record.write(out);
      assertThat(Av1CodecConfigurationRecord.read(out)).isEqualTo(record);
    } catch (MalformedException refused) {
      assertThat(refused.getMessage()).startsWith("AV1CodecConfigurationRecord");
    }
  }

  private static ByteBuf hex(String text) {
    return Unpooled.copiedBuffer(Bytes.ofHex(text).buffer());
  }
}
