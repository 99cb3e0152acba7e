package dev.sluice.mux.codec;

import static dev.sluice.mux.codec.Normaliser.Framing.LENGTH_PREFIXED;
import static dev.sluice.mux.codec.Normaliser.Framing.START_CODES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.media.VideoFormat;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.av1.Obu;
import dev.sluice.wire.av1.ObuIndex;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Av1NormaliserTest {
  private static final String SEQUENCE = "0a0a0000000337fbe6d7c802"; // 128 × 96
  private static final String HDR_SEQUENCE = "0a0d0000000337fbe7dfce84880482";
  private static final String RECORD = "81000c00" + SEQUENCE;
  private static final String KEY = "320210aa"; // a frame OBU: key frame, shown
  private static final String INTER = "320230bb";
  private static final String HIDDEN = "320220cc";
  private static final String EXISTING = "1a0188"; // frame header: shows an existing frame
  private static final String DELIMITER = "1200";
  private static final String METADATA = "2a03040102"; // ITU-T T.35
  private static final String PADDING = "7a02ffff";

  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
  private final KeptUnits kept = new KeptUnits();

  @AfterEach
  void allMemoryIsGivenBack() {
    assertThat(allocator.metric().usedHeapMemory()).isZero();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "@D @S @K, @S @K",
    "@D @S @M @K @P, @S @M @K", // metadata stay, padding goes
    "@D @I, @I",
    "@D @H @I, @H @I",
    "@D @I 4201AA @X, @I @X", // tile list
    "@D @S 3010AA, @S 320210aa", // the last OBU has no size
    "@D 36 28 02 30BB 34 30 30CC, 36 28 02 30BB 36 30 02 30CC", // layers
    "@D 32820030bb, 32820030bb", // sizes stay as they are written
  })
  void whatIsNotKeptGoesAway(String unit, String payload) {
    unit(configured(LENGTH_PREFIXED, RECORD), named(unit), false);
    assertThat(kept.payloads()).containsExactly(named(payload).toLowerCase(Locale.ROOT));
  }

  private static String named(String text) {
    return text.replace("@D", DELIMITER)
        .replace("@S", SEQUENCE)
        .replace("@K", KEY)
        .replace("@I", INTER)
        .replace("@H", HIDDEN)
        .replace("@M", METADATA)
        .replace("@P", PADDING)
        .replace("@X", EXISTING)
        .replace(" ", "");
  }

  @Test
  void nothingIsCopiedWhenNothingHasToBeChanged() {
    var normaliser = configured(LENGTH_PREFIXED, RECORD);
    for (String before : new String[] {"", DELIMITER}) {
      for (String behind : new String[] {"", PADDING}) {
        ByteBuf in = hex(before + SEQUENCE + METADATA + KEY + behind);
        normaliser.unit(
            in,
            true,
            (track, randomAccess, payload) -> {
              assertThat(payload).isEqualTo(hex(SEQUENCE + METADATA + KEY));
              assertThat(payload.array()).isSameAs(in.array());
              payload.release();
            });
        assertThat(in.refCnt()).isEqualTo(1);
      }
    }
  }

  @ParameterizedTest(name = "{0}, key {1}: {2}")
  @CsvSource({
    "@S @K, false, true",
    "@S @H @I, true, false",
    "@S @X, true, false",
    "@I @K, true, false", // does not begin with it
    "@S 320200cc @X, true, false", // a key frame that is shown later
    "@S 1a0110 2202aaaa, false, true", // frame header and tile group
    "@S 320250dd, true, false", // intra only
  })
  void randomAccessIsAKeyFrameThatIsShown(String unit, boolean key, boolean randomAccess) {
    unit(configured(LENGTH_PREFIXED, RECORD), named(unit), key);
    assertThat(kept.last().randomAccess()).isEqualTo(randomAccess);
  }

  @Test
  void keyFramesHaveTheirSequenceHeader() {
    var normaliser = configured(LENGTH_PREFIXED, RECORD);
    unit(normaliser, DELIMITER + KEY, true);
    unit(normaliser, INTER, true);
    assertThat(kept.payloads()).containsExactly(SEQUENCE + KEY, INTER);
  }

  @ParameterizedTest
  @CsvSource({"LENGTH_PREFIXED", "START_CODES"})
  void streamsConfigureThemselves(Normaliser.Framing framing) {
    var normaliser = VideoNormalisers.of(Codec.AV1, framing, 3, "eng");
    unit(normaliser, DELIMITER + INTER, true);
    assertThat(kept.units).isEmpty();
    unit(normaliser, DELIMITER + SEQUENCE, true);
    assertThat(kept.units).isEmpty();
    unit(normaliser, DELIMITER + SEQUENCE + KEY, true);
    assertThat(kept.last().track().configuration()).isEqualTo(Bytes.ofHex(RECORD));
    unit(normaliser, DELIMITER + INTER, true);
    assertThat(kept.last().track()).isSameAs(kept.units.getFirst().track());
  }

  @Test
  void aRecordWithoutSequenceHeaderIsCompletedByTheStream() {
    var normaliser = configured(LENGTH_PREFIXED, "81000c00");
    Track first = normaliser.track();
    assertThat(first).isNotNull();
    assertThat(VideoFormat.of(first)).isNull();
    unit(normaliser, SEQUENCE + KEY, true);
    assertThat(kept.last().track().configuration()).isEqualTo(Bytes.ofHex(RECORD));
    assertThat(configured(START_CODES, "81000c00").track()).isNull();
  }

  @Test
  void changedSequenceHeadersMakeANewTrackAndMetadataStay() {
    String record = "81000c13" + SEQUENCE + METADATA; // initial_presentation_delay 4
    var normaliser = configured(LENGTH_PREFIXED, record);
    unit(normaliser, SEQUENCE + KEY, true);
    unit(normaliser, HDR_SEQUENCE + KEY, true);
    unit(normaliser, HDR_SEQUENCE + KEY, true);
    assertThat(kept.units)
        .extracting(unit -> unit.track().configuration().toString())
        .containsExactly(
            record, "81004c13" + HDR_SEQUENCE + METADATA, "81004c13" + HDR_SEQUENCE + METADATA);
    assertThat(kept.units.get(2).track()).isSameAs(kept.units.get(1).track());
    VideoFormat format = VideoFormat.of(kept.last().track());
    assertThat(format).isNotNull();
    assertThat(format.codecs()).isEqualTo("av01.0.00M.10.0.110.09.16.09.0");
  }

  @Test
  void framesThatAreNotShownWaitForTheShownOne() {
    var normaliser = configured(START_CODES, RECORD);
    unit(normaliser, startCoded(DELIMITER, SEQUENCE, KEY), true);
    unit(normaliser, startCoded(DELIMITER, HIDDEN), true);
    unit(normaliser, startCoded(HIDDEN), true);
    assertThat(kept.payloads()).containsExactly(SEQUENCE + KEY);
    unit(normaliser, startCoded(INTER), true);
    assertThat(kept.payloads()).containsExactly(SEQUENCE + KEY, HIDDEN + HIDDEN + INTER);
    assertThat(kept.last().randomAccess()).isFalse();
    unit(normaliser, startCoded(DELIMITER, EXISTING), true);
    assertThat(kept.last().payload()).isEqualTo(EXISTING);
  }

  @Test
  void whatWaitsIsLimited() {
    var normaliser = configured(START_CODES, RECORD);
    String head = "32" + "80808002" + "20"; // 4 MB, hidden
    for (int i = 0; i < 4; i++) {
      ByteBuf in = allocator.heapBuffer();
      in.writeBytes(hex(head));
      in.writeZero((4 << 20) - 1);
      assertThat(normaliser.malformed()).isZero();
      normaliser.unit(in, true, kept);
      assertThat(in.refCnt()).isEqualTo(1);
      in.release();
    }
    // four times four megabytes and their headers are more than sixteen
    assertThat(normaliser.malformed()).isEqualTo(1);
    unit(normaliser, INTER, true);
    assertThat(kept.payloads().getLast()).endsWith(INTER);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "LENGTH_PREFIXED, 3203aa", // past the end
    "LENGTH_PREFIXED, b20210aa", // forbidden bit
    "LENGTH_PREFIXED, 0a0160320210aa", // profile 3
    "LENGTH_PREFIXED, 3200", // no frame header
    "START_CODES, 0000013203aa",
    "START_CODES, 000001b210aa",
    "START_CODES, 3203aa",
  })
  void faultyUnitsAreLeftOutAndCounted(Normaliser.Framing framing, String unit) {
    var normaliser = configured(framing, RECORD);
    unit(normaliser, unit, true);
    assertThat(kept.units).isEmpty();
    assertThat(normaliser.malformed()).isEqualTo(1);
    unit(normaliser, SEQUENCE + KEY, true);
    assertThat(kept.last().track().configuration()).isEqualTo(Bytes.ofHex(RECORD));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", DELIMITER, DELIMITER + METADATA, SEQUENCE, PADDING})
  void unitsWithoutAFrameGiveNothing(String unit) {
    var normaliser = configured(LENGTH_PREFIXED, RECORD);
    unit(normaliser, unit, true);
    assertThat(kept.units).isEmpty();
    assertThat(normaliser.malformed()).isZero();
  }

  @Test
  void configurationIsLimited() {
    var normaliser = VideoNormalisers.of(Codec.AV1, LENGTH_PREFIXED, 0, "");
    ByteBuf most = hex(RECORD + "7a");
    int left = Av1Normaliser.MAX_CONFIGURATION_BYTES - most.readableBytes() - 3;
    most.writeByte(left & 0x7F | 0x80).writeByte(left >> 7 & 0x7F | 0x80).writeByte(left >> 14);
    most.writeZero(left);
    normaliser.configuration(most);
    assertThat(normaliser.track()).isNotNull();
    most.writeByte(0);
    assertThatThrownBy(() -> normaliser.configuration(most))
        .isInstanceOf(MalformedException.class)
        .hasMessage("av1 configuration of 65537 bytes, allowed are 65536");
    for (String broken :
        new String[] {"", "810000", "01000c00", "81000c000a0a00", "81000c000a0160"}) {
      assertThatThrownBy(() -> normaliser.configuration(hex(broken)))
          .isInstanceOf(MalformedException.class);
    }
  }

  /** Clips as a transport stream would carry them give what they give as they are. */
  @ParameterizedTest
  @ValueSource(strings = {"av1-hdr.ivf", "av1-444.ivf", "av1-hidden.obu"})
  void bothFormsOfByteStreamsGiveTheSame(String name) {
    var plain = VideoNormalisers.of(Codec.AV1, START_CODES, 0, "");
    var escaped = VideoNormalisers.of(Codec.AV1, START_CODES, 0, "");
    KeptUnits ofEscaped = new KeptUnits();
    ObuIndex index = new ObuIndex();
    int prevented = 0;
    for (ByteBuf unit : new VideoClip(name, Codec.AV1).accessUnits()) {
      plain.unit(unit, true, kept);
      index.read(unit);
      ByteBuf stream = Unpooled.buffer();
      for (int i = 0; i < index.count(); i++) {
        // without size, so that it has to be put back
        ByteBuf obu = Unpooled.buffer().writeByte(unit.getByte(index.offset(i)) & ~2);
        obu.writeBytes(unit, index.payload(i), index.end(i) - index.payload(i));
        stream.writeMedium(1);
        prevented += escape(obu, stream);
      }
      escaped.unit(stream, true, ofEscaped);
    }
    assertThat(ofEscaped.units).isEqualTo(kept.units);
    assertThat(escaped.malformed()).isZero();
    assertThat(prevented).isPositive();
  }

  private static int escape(ByteBuf in, ByteBuf out) {
    int zeros = 0;
    int prevented = 0;
    while (in.isReadable()) {
      int octet = in.readUnsignedByte();
      if (zeros >= 2 && octet <= 3) {
        out.writeByte(3);
        prevented++;
        zeros = 0;
      }
      out.writeByte(octet);
      zeros = octet == 0 ? zeros + 1 : 0;
    }
    return prevented;
  }

  /** The first byte: framing, the second where the configuration ends. */
  @FuzzTest
  void anyBytesAreNormalisedOrCounted(byte[] input) {
    if (input.length < 2) {
      return;
    }
    Normaliser.Framing framing = (input[0] & 1) == 0 ? LENGTH_PREFIXED : START_CODES;
    var normaliser = VideoNormalisers.of(Codec.AV1, framing, 0, "");
    int split = Math.min(input.length, 2 + (input[1] & 0xFF));
    ByteBuf in = Unpooled.buffer().writeBytes(input);
    ObuIndex index = new ObuIndex();
    try {
      normaliser.configuration(in.slice(2, split - 2));
    } catch (MalformedException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
    for (int cut = split; cut <= input.length; cut = 2 * cut + 1) {
      normaliser.unit(
          in.slice(split, cut - split),
          true,
          (track, randomAccess, payload) -> {
            index.read(payload);
            assertThat(index.count()).isPositive();
            for (int i = 0; i < index.count(); i++) {
              assertThat(index.hasSize(payload, i)).isTrue();
              assertThat(Obu.type(payload.getByte(index.offset(i)))).isNotIn(2, 8, 15);
            }
            payload.release();
          });
    }
    assertThat(in.refCnt()).isEqualTo(1);
  }

  private static Normaliser configured(Normaliser.Framing framing, String record) {
    var normaliser = VideoNormalisers.of(Codec.AV1, framing, 3, "eng");
    normaliser.configuration(hex(record));
    return normaliser;
  }

  private void unit(Normaliser normaliser, String hex, boolean key) {
    ByteBuf in = allocator.heapBuffer().writeBytes(hex(hex));
    normaliser.unit(in, key, kept);
    assertThat(in.readerIndex()).isZero();
    in.release();
  }

  private static String startCoded(String... obus) {
    List<String> stream = new ArrayList<>();
    for (String obu : obus) {
      stream.add("000001" + escaped(obu));
    }
    return String.join("", stream);
  }

  private static String escaped(String obu) {
    ByteBuf out = Unpooled.buffer();
    escape(hex(obu), out);
    return Bytes.copyOf(out).toString();
  }

  private static ByteBuf hex(String text) {
    return Unpooled.copiedBuffer(Bytes.ofHex(text).buffer());
  }
}
