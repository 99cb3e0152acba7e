package dev.sluice.wire.matroska;

import static dev.sluice.wire.matroska.Elements.bytes;
import static dev.sluice.wire.matroska.Elements.element;
import static dev.sluice.wire.matroska.Elements.join;
import static dev.sluice.wire.matroska.Elements.number;
import static dev.sluice.wire.matroska.Elements.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class SegmentElementsTest {
  private static final List<Function<ByteBuf, Object>> READERS =
      List.of(
          EbmlHeader::read,
          SegmentInfo::read,
          TrackEntries::read,
          TrackEntry::read,
          CuePoint::readAll,
          SeekHead::read,
          Block::read,
          BlockGroup::read);

  private static ByteBuf track() {
    return join(
        number(ElementId.TRACK_NUMBER, 2),
        number(ElementId.TRACK_TYPE, TrackEntry.AUDIO),
        text(ElementId.CODEC_ID, "A_OPUS"),
        text(ElementId.LANGUAGE, "ger"),
        element(ElementId.CODEC_PRIVATE, bytes((byte) 1, (byte) 2)),
        number(ElementId.CODEC_DELAY, 6_500_000),
        number(ElementId.DEFAULT_DURATION, 20_000_000),
        element(
            ElementId.AUDIO,
            element(ElementId.SAMPLING_FREQUENCY, Unpooled.buffer().writeDouble(48_000)),
            number(ElementId.CHANNELS, 2)),
        element(
            ElementId.CONTENT_ENCODINGS,
            element(
                ElementId.CONTENT_ENCODING,
                element(
                    ElementId.CONTENT_COMPRESSION,
                    number(ElementId.CONTENT_COMP_ALGO, 3),
                    element(ElementId.CONTENT_COMP_SETTINGS, bytes((byte) 0xFC))))));
  }

  @Test
  void readsATrack() {
    assertThat(TrackEntry.read(track()))
        .isEqualTo(
            new TrackEntry(
                2,
                TrackEntry.AUDIO,
                true,
                "A_OPUS",
                Bytes.of((byte) 1, (byte) 2),
                20_000_000,
                6_500_000,
                "ger",
                48_000,
                2,
                Bytes.of((byte) 0xFC)));
    ByteBuf other = join(track(), text(ElementId.LANGUAGE_BCP47, "de-AT"));
    assertThat(TrackEntry.read(other).language()).isEqualTo("de-AT");
  }

  @Test
  void refusesEncryptedCompressedAndNumberlessTracks() {
    ByteBuf encrypted =
        element(
            ElementId.CONTENT_ENCODINGS,
            element(ElementId.CONTENT_ENCODING, number(ElementId.CONTENT_ENCODING_TYPE, 1)));
    assertThatThrownBy(() -> TrackEntry.read(join(track(), encrypted)))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("encrypted");
    ByteBuf zlib =
        element(
            ElementId.CONTENT_ENCODINGS,
            element(ElementId.CONTENT_ENCODING, element(ElementId.CONTENT_COMPRESSION)));
    assertThatThrownBy(() -> TrackEntry.read(join(track(), zlib)))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("algorithm 0");
    assertThatThrownBy(() -> TrackEntry.read(text(ElementId.CODEC_ID, "A_OPUS")))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void refusesTwoTracksOfOneNumberAndTooMany() {
    ByteBuf entry = element(ElementId.TRACK_ENTRY, track());
    assertThatThrownBy(() -> TrackEntries.read(join(entry.copy(), entry)))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("two tracks of number 2");
    ByteBuf many = Unpooled.buffer();
    for (int number = 1; number <= TrackEntries.MAX_TRACKS; number++) {
      many.writeBytes(element(ElementId.TRACK_ENTRY, number(ElementId.TRACK_NUMBER, number)));
    }
    assertThat(TrackEntries.read(many)).hasSize(TrackEntries.MAX_TRACKS);
    many.writeBytes(element(ElementId.TRACK_ENTRY, number(ElementId.TRACK_NUMBER, 1_000)));
    assertThatThrownBy(() -> TrackEntries.read(many)).isInstanceOf(MalformedException.class);
  }

  @Test
  void readsHeaderInfoCuesAndSeekHead() {
    ByteBuf header =
        join(text(ElementId.DOC_TYPE, "webm"), number(ElementId.DOC_TYPE_READ_VERSION, 2));
    assertThat(EbmlHeader.read(header)).isEqualTo(new EbmlHeader("webm", 2));
    ByteBuf info =
        join(
            number(ElementId.TIMESTAMP_SCALE, 1_000_000),
            element(ElementId.DURATION, Unpooled.buffer().writeFloat(2_000)));
    assertThat(SegmentInfo.read(info)).isEqualTo(new SegmentInfo(1_000_000, 2_000));
    ByteBuf cues =
        element(
            ElementId.CUE_POINT,
            number(ElementId.CUE_TIME, 4_000),
            element(
                ElementId.CUE_TRACK_POSITIONS,
                number(ElementId.CUE_TRACK, 1),
                number(ElementId.CUE_CLUSTER_POSITION, 777)));
    assertThat(CuePoint.readAll(cues)).containsExactly(new CuePoint(4_000, 1, 777));
    ByteBuf seek =
        element(
            ElementId.SEEK,
            number(ElementId.SEEK_ID, ElementId.CUES),
            number(ElementId.SEEK_POSITION, 99));
    assertThat(SeekHead.read(seek).positions()).isEqualTo(Map.of(ElementId.CUES, 99L));
  }

  @Test
  void refusesOtherDocumentsLaterVersionsAndTicksWithoutLength() {
    assertThatThrownBy(() -> EbmlHeader.read(text(ElementId.DOC_TYPE, "other")))
        .isInstanceOf(UnsupportedException.class);
    ByteBuf later =
        join(text(ElementId.DOC_TYPE, "webm"), number(ElementId.DOC_TYPE_READ_VERSION, 5));
    assertThatThrownBy(() -> EbmlHeader.read(later)).isInstanceOf(UnsupportedException.class);
    assertThatThrownBy(() -> SegmentInfo.read(number(ElementId.TIMESTAMP_SCALE, 0)))
        .isInstanceOf(MalformedException.class);
    ByteBuf negative = number(ElementId.TIMESTAMP_SCALE, -1);
    assertThatThrownBy(() -> SegmentInfo.read(negative)).isInstanceOf(MalformedException.class);
  }

  @Test
  void refusesEveryTruncationOfATrack() {
    ByteBuf whole = track();
    int refused = 0;
    for (int length = 0; length < whole.readableBytes(); length++) {
      ByteBuf truncated = whole.slice(0, length);
      try {
        TrackEntry.read(truncated); // between two children it is whole
      } catch (MalformedException cut) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(whole.readableBytes() - 12);
  }

  /** First byte: which of the readers. */
  @FuzzTest
  void anyBytesAreReadOrRefused(byte[] input) {
    if (input.length == 0) {
      return;
    }
    ByteBuf body = Unpooled.wrappedBuffer(input, 1, input.length - 1);
    try {
      assertThat(READERS.get((input[0] & 0xFF) % READERS.size()).apply(body)).isNotNull();
    } catch (MalformedException | UnsupportedException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
  }
}
