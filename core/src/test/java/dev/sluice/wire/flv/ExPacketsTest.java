package dev.sluice.wire.flv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.testkit.Seeds;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.amf.Amf0;
import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.amf.AmfValue;
import dev.sluice.wire.flv.ExHeader.Tracks;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The enhanced form behind its first byte: modifiers, tracks and what their bodies hold. */
class ExPacketsTest {
  private static final FourCc[] CODECS = {FourCc.AVC1, FourCc.OPUS, FourCc.EAC3, new FourCc(0)};

  // ---- modifiers

  @ParameterizedTest(name = "{0} is {1} ns")
  @CsvSource({
    "02 000000 01, 0",
    "02 0F423F 01, 999999",
    "02 0F4240 01, 0", // a millisecond is too much
    "02 FFFFFF 01, 0",
    "03 000001FF 01, 1", // what is behind the three bytes is left alone
    "01 0001 01, 0", // too short
    "02 000005 11, 0", // another type
    "02 000005 17 02 000006 07 02 000007 01, 7", // the last one counts
  })
  void offsets(String hex, int offsetNs) {
    ByteBuf in = hex(hex);
    ModEx.Chain chain = ModEx.Chain.read(in, ModEx.PACKET_TYPE);
    assertThat(chain).isNotNull();
    assertThat(chain.offsetNs()).isEqualTo(offsetNs);
    assertThat(chain.packetType()).isEqualTo(1);
    assertThat(in.isReadable()).isFalse();
  }

  @ParameterizedTest(name = "{0} bytes")
  @ValueSource(ints = {1, 2, 255, 256, 257, 65_535, 65_536})
  void modifiersOfAllSizes(int size) {
    var modifier = new ModEx(9, Bytes.of(new byte[size]));
    var chain = new ModEx.Chain(List.of(modifier, ModEx.timestampOffset(999_999)), 4);
    ByteBuf out = Unpooled.buffer();
    chain.write(out);
    assertThat(out.readableBytes()).isEqualTo(chain.size());
    for (int length : new int[] {0, 1, 2, 3, size, size + 3, chain.size() - 1}) {
      if (length < chain.size()) {
        assertThat(ModEx.Chain.read(out.slice(0, length), ModEx.PACKET_TYPE)).isNull();
      }
    }
    assertThat(ModEx.Chain.read(out, ModEx.PACKET_TYPE)).isEqualTo(chain);
    assertThat(out.isReadable()).isFalse();
  }

  @Test
  void aLongSizeOfFewBytesIsRead() {
    ModEx.Chain chain = ModEx.Chain.read(hex("FF 0000 AA 12"), ModEx.PACKET_TYPE);
    assertThat(chain).hasToString("Chain[modifiers=[ModEx[type=1, data=aa]], packetType=2]");
  }

  @Test
  void modifiersAreLimited() {
    var most = Collections.nCopies(ModEx.MAX_MODIFIERS, ModEx.timestampOffset(1));
    ByteBuf out = Unpooled.buffer();
    new ModEx.Chain(most, 1).write(out);
    assertThat(ModEx.Chain.read(out.duplicate(), ModEx.PACKET_TYPE)).isNotNull();
    out.setByte(out.writerIndex() - 1, ModEx.PACKET_TYPE); // another one follows
    assertThatThrownBy(() -> ModEx.Chain.read(out, ModEx.PACKET_TYPE))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("more than 8 modifiers");
  }

  // ---- multitrack

  @ParameterizedTest
  @ValueSource(strings = {"96 30", "96 F1 61763031", "96 06 61763031", "96 16 61763031"})
  void reservedKindsOfMultitrackAreRefused(String hex) {
    assertThatThrownBy(() -> VideoTagHeader.read(hex(hex)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("multitrack type");
  }

  @Test
  void audioAndVideoNumberMultitrackDifferently() {
    assertThat(AudioTagHeader.read(hex("96 2E6D7033")))
        .hasToString(
            "Enhanced[ex=ExHeader[modEx=Chain[modifiers=[], packetType=6], tracks=SINGLE,"
                + " packetType=6, fourCc=.mp3]]");
    assertThatThrownBy(() -> AudioTagHeader.read(hex("95 05 2E6D7033")))
        .isInstanceOf(MalformedException.class);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "91 4F707573 AABB      | Opus 0 AABB",
        "95 01 4F707573 07 AABB | Opus 7 AABB",
        "95 01 4F707573 FF      | Opus 255",
        "95 11 4F707573 00 000002 AABB 03 000000 04 000001 CC | Opus 0 AABB Opus 3 Opus 4 CC",
        "95 21 4F707573 01 000001 AA 6D703461 02 000003 BBCCDD | Opus 1 AA mp4a 2 BBCCDD",
      })
  void tracks(String hex, String expected) {
    ByteBuf in = hex(hex);
    ExHeader header = audio(in);
    List<String> found = new ArrayList<>();
    while (in.isReadable()) {
      ExTrack track = ExTrack.read(header, in);
      assertThat(track).isNotNull();
      String body = HexFormat.of().withUpperCase().formatHex(bytes(in.readSlice(track.bodySize())));
      found.add((track.fourCc() + " " + track.id() + " " + body).trim());
    }
    assertThat(String.join(" ", found)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "95 01 4F707573 07",
        "95 11 4F707573 00 000002 AABB",
        "95 21 4F707573 01 000001 AA",
      })
  void tracksThatEndTooEarlyAreLeft(String hex) {
    ByteBuf whole = hex(hex);
    ExHeader header = audio(whole);
    for (int length = 0; length < whole.readableBytes(); length++) {
      ByteBuf truncated = whole.slice(whole.readerIndex(), length);
      assertThat(ExTrack.read(header, truncated)).isNull();
      assertThat(truncated.readableBytes()).isEqualTo(length);
    }
    assertThat(ExTrack.read(header, whole)).isNotNull();
  }

  @Test
  void whatIsWrittenIsRead() {
    Seeds.run(
        1_000,
        random -> {
          ExHeader header = randomHeader(random);
          ByteBuf out = Unpooled.buffer();
          new AudioTagHeader.Enhanced(header).write(out);
          int count = header.tracks().compareTo(Tracks.ONE_TRACK) > 0 ? random.nextInt(5) : 1;
          List<ExTrack> tracks = new ArrayList<>();
          for (int i = 0; i < count; i++) {
            FourCc fourCc = header.fourCc() == null ? codec(random) : header.fourCc();
            int id = header.tracks() == Tracks.SINGLE ? 0 : random.nextInt(256);
            ExTrack track = new ExTrack(fourCc, id, random.nextInt(9));
            track.write(header, out);
            out.writeZero(track.bodySize());
            tracks.add(track);
          }
          assertThat(audio(out)).isEqualTo(header);
          for (ExTrack track : tracks) {
            assertThat(ExTrack.read(header, out)).isEqualTo(track);
            out.skipBytes(track.bodySize());
          }
          assertThat(out.isReadable()).isFalse();
        });
  }

  private static ExHeader randomHeader(RandomGenerator random) {
    List<ModEx> modifiers = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      modifiers.add(new ModEx(random.nextInt(16), Bytes.of(new byte[1 + random.nextInt(300)])));
    }
    Tracks tracks = Tracks.values()[random.nextInt(4)];
    int packetType = random.nextInt(5);
    return new ExHeader(
        new ModEx.Chain(
            modifiers, tracks == Tracks.SINGLE ? packetType : AudioTagHeader.MULTITRACK),
        tracks,
        packetType,
        tracks == Tracks.MANY_TRACKS_MANY_CODECS ? null : codec(random));
  }

  private static FourCc codec(RandomGenerator random) {
    return CODECS[random.nextInt(CODECS.length)];
  }

  // ---- bodies

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "00 02          | ChannelConfig[order=0, channels=2, flags=0, mapping=]",
        "01 06 FFFF003F | ChannelConfig[order=1, channels=6, flags=4294901823, mapping=]",
        "02 03 0001FE   | ChannelConfig[order=2, channels=3, flags=0, mapping=0001fe]",
        "02 00          | ChannelConfig[order=2, channels=0, flags=0, mapping=]",
        "07 09          | ChannelConfig[order=7, channels=9, flags=0, mapping=]",
      })
  void channelConfigurations(String hex, String text) {
    ByteBuf in = hex(hex);
    ChannelConfig config = ChannelConfig.read(in);
    assertThat(config).isNotNull().hasToString(text);
    assertThat(in.isReadable()).isFalse();
    ByteBuf out = Unpooled.buffer();
    config.write(out);
    assertThat(out).isEqualTo(hex(hex));
    for (int length = 0; length < out.readableBytes(); length++) {
      ByteBuf truncated = out.slice(0, length);
      assertThat(ChannelConfig.read(truncated)).isNull();
      assertThat(truncated.readableBytes()).isEqualTo(length);
      Bytes bytes = Bytes.copyOf(truncated);
      assertThatThrownBy(() -> ChannelConfig.of(bytes)).isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void colourInformation() {
    AmfProperties hdr =
        AmfProperties.builder()
            .put(
                VideoMetadata.COLOR_INFO,
                AmfProperties.builder()
                    .put("colorConfig", AmfProperties.builder().put("bitDepth", 10).object())
                    .object())
            .put("another", AmfValue.UNDEFINED)
            .build();
    ByteBuf out = Unpooled.buffer();
    new VideoMetadata(hdr).write(out);
    int refused = 0;
    for (int length = 1; length < out.readableBytes(); length++) {
      try {
        VideoMetadata.read(out.slice(0, length));
      } catch (MalformedException _) {
        refused++;
      }
    }
    // the end of the first entry is a good one, and objects may lack the marks of their ends
    assertThat(refused).isGreaterThan(out.readableBytes() - 10);
    assertThat(VideoMetadata.read(out.duplicate())).isEqualTo(new VideoMetadata(hdr));
    assertThat(VideoMetadata.read(Unpooled.EMPTY_BUFFER).entries().size()).isZero();
  }

  @Test
  void videoMetadataIsLimited() {
    ByteBuf out = Unpooled.buffer();
    int text = VideoMetadata.MAX_BYTES - 4 - 3; // a name of one character, then a string
    Amf0.writeAll(out, AmfValue.of("x"), AmfValue.of("y".repeat(text)));
    assertThat(VideoMetadata.read(out.duplicate()).entries().size()).isEqualTo(1);
    out.clear();
    Amf0.writeAll(out, AmfValue.of("x"), AmfValue.of("y".repeat(text + 1)));
    assertThatThrownBy(() -> VideoMetadata.read(out))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("allowed are 8192");
  }

  @Test
  void valuesWithoutNamesAreRefused() {
    ByteBuf out = Unpooled.buffer();
    Amf0.writeAll(out, AmfValue.of(1), AmfValue.of(2));
    assertThatThrownBy(() -> VideoMetadata.read(out))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("value 0 has no name");
  }

  @FuzzTest
  void anyBodyIsReadOrRefused(byte[] input) {
    ChannelConfig config = ChannelConfig.read(Unpooled.wrappedBuffer(input));
    if (config != null) {
      ByteBuf out = Unpooled.buffer();
      config.write(out);
      assertThat(out).isEqualTo(Unpooled.wrappedBuffer(input, 0, out.readableBytes()));
    }
    try {
      VideoMetadata.read(Unpooled.wrappedBuffer(input));
    } catch (MalformedException | UnsupportedException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
    readTracks(input);
  }

  private static void readTracks(byte[] input) {
    ByteBuf in = Unpooled.wrappedBuffer(input);
    try {
      if (VideoTagHeader.read(in) instanceof VideoTagHeader.Enhanced(_, ExHeader header)) {
        for (int left = in.readableBytes(); left > 0; left = in.readableBytes()) {
          ExTrack track = ExTrack.read(header, in);
          if (track == null) {
            assertThat(in.readableBytes()).isEqualTo(left);
            return;
          }
          in.skipBytes(track.bodySize());
          assertThat(header.tracks() == Tracks.SINGLE || in.readableBytes() < left).isTrue();
        }
      }
    } catch (MalformedException refused) {
      assertThat(refused).hasMessageContaining("enhanced packet");
    }
  }

  private static ExHeader audio(ByteBuf in) {
    AudioTagHeader header = AudioTagHeader.read(in);
    if (header instanceof AudioTagHeader.Enhanced(ExHeader ex)) {
      return ex;
    }
    throw new AssertionError(String.valueOf((@Nullable Object) header));
  }

  private static byte[] bytes(ByteBuf in) {
    return Bytes.copyOf(in).toArray();
  }

  private static ByteBuf hex(String text) {
    return Unpooled.wrappedBuffer(HexFormat.of().parseHex(text.replace(" ", "")));
  }
}
