package dev.sluice.mux.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.packager.Cut;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.hls.InitSection;
import dev.sluice.wire.hls.MediaPlaylist;
import dev.sluice.wire.hls.Segment;
import dev.sluice.wire.hls.ServerControl;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrackIndexTest {
  private static final long START_90K = 90_000L * 1_800_000_000L;
  private static final Timescale SOUND = new Timescale(44_100);
  private static final Bytes INIT = Bytes.ofHex("0102030405ff");

  private final TrackIndex index = new TrackIndex(1, Track.Kind.AUDIO);

  static StoredHead head(long number, Bytes init, boolean discontinuity, long sequence, int size) {
    long start90k = START_90K + 180_000 * number;
    Cut.Opening opening = size == 0 ? Cut.Opening.GAP : Cut.Opening.RANDOM_ACCESS;
    return new StoredHead(
        size == 0 ? StoredHead.Kind.GAP : StoredHead.Kind.SEGMENT,
        Track.Kind.AUDIO,
        1,
        SOUND,
        new Cut(number, start90k, start90k - 10, opening, discontinuity, sequence),
        Timescale.VIDEO.convert(start90k, SOUND) + number % 7 - 3,
        88_200 + number % 5,
        init,
        size,
        0);
  }

  private void add(long from, long to) {
    for (long number = from; number < to; number++) {
      index.add(head(number, INIT, false, 0, 1_000 + (int) number));
    }
  }

  private String text(long from, long to) {
    ByteBuf out = Unpooled.buffer();
    index.write(out, from, to);
    return out.toString(StandardCharsets.US_ASCII);
  }

  @Test
  void segmentsAreFoundByNumberAndName() {
    add(100, 700); // past several growths
    index.dropBefore(350);
    add(700, 1_200); // around the end of the ring
    assertThat(index.firstNumber()).isEqualTo(350);
    assertThat(index.size()).isEqualTo(850);
    for (long number = 350; number < 1_200; number++) {
      assertThat(index.sizeBytes(number)).isEqualTo(1_000 + number);
      assertThat(index.find(START_90K + 180_000 * number)).isEqualTo(number);
      assertThat(index.find(START_90K + 180_000 * number + 1)).isEqualTo(-1);
    }
    assertThat(index.find(START_90K + 180_000 * 349)).isEqualTo(-1);
    assertThat(index.find(START_90K + 180_000 * 1_200)).isEqualTo(-1);
  }

  @Test
  void whereASegmentIsIsKnownOnceItIsStored() {
    add(5, 8);
    index.stored(6, 3, 4_711);
    index.lost(7);
    index.stored(4, 1, 1); // has gone meanwhile
    index.lost(8); // not here yet
    assertThat(index.isStored(5)).isFalse();
    assertThat(index.isStored(6)).isTrue();
    assertThat(index.file(6)).isEqualTo(3);
    assertThat(index.position(6)).isEqualTo(4_711);
    assertThat(index.isGap(6)).isFalse();
    assertThat(index.isGap(7)).isTrue();
  }

  @Test
  void aJumpOfNumbersForgetsWhatWasBefore() {
    add(1, 5);
    add(9, 11);
    assertThat(index.firstNumber()).isEqualTo(9);
    assertThat(index.endNumber()).isEqualTo(11);
  }

  /** What it writes is, to the byte, what the objects would have written. */
  @Test
  void itsTextIsThatOfSegments() {
    Bytes other = Bytes.ofHex("a0a1a2a3a4a5");
    List<Segment> segments = new ArrayList<>();
    long sequence = 0;
    for (long number = 40; number < 140; number++) {
      boolean changes = number == 70;
      boolean gap = number % 9 == 0;
      sequence += changes ? 1 : 0;
      Bytes init = number < 70 ? INIT : other;
      StoredHead head = head(number, init, changes, sequence, gap ? 0 : 10);
      index.add(head);
      long start = head.startPts();
      long startNs = SOUND.convert(start, Timescale.NANOS);
      segments.add(
          new Segment(
              "a1-" + head.cut().start90k() + ".m4s",
              SOUND.convert(start + head.duration(), Timescale.NANOS) - startNs,
              "",
              changes,
              gap || number == 50,
              null,
              number == 40 || changes ? new InitSection("a1-" + init + ".mp4", null) : null,
              startNs,
              null,
              List.of(),
              List.of()));
    }
    index.lost(50);
    String whole =
        new MediaPlaylist(
                9,
                false,
                null,
                2,
                0,
                ServerControl.NONE,
                40,
                0,
                0,
                segments,
                List.of(),
                null,
                null,
                List.of(),
                false)
            .write();
    assertThat(whole).endsWith(text(40, 140));
    assertThat(index.discontinuitySequence(40)).isZero();
    assertThat(index.discontinuitySequence(70)).isZero(); // its own is told by its tag
    assertThat(index.discontinuitySequence(71)).isEqualTo(1);
    index.dropBefore(70);
    assertThat(index.discontinuitySequence(70)).isZero();
    index.dropBefore(71);
    assertThat(index.discontinuitySequence(71)).isEqualTo(1);
    assertThat(index.needsInit(other.toString())).isTrue();
  }

  @Test
  void anEntryIsSmallAndThereAreNotMoreThanFit() {
    assertThat(2 * TrackIndex.ENTRY_BYTES).isLessThanOrEqualTo(64); // picture and sound
    add(0, TrackIndex.MAX_ENTRIES + 10L);
    assertThat(index.size()).isEqualTo(TrackIndex.MAX_ENTRIES);
    assertThat(index.firstNumber()).isEqualTo(10);
    assertThat(index.heldBytes()).isEqualTo((long) TrackIndex.MAX_ENTRIES * TrackIndex.ENTRY_BYTES);
  }

  @Test
  void headersThatAreToldApartHaveTheirBound() {
    for (int number = 0; number < TrackIndex.MAX_INITS + 5; number++) {
      index.add(head(number, Bytes.ofHex("%012x".formatted(number)), false, 0, 10));
    }
    assertThat(index.size()).isEqualTo(5);
    assertThat(text(TrackIndex.MAX_INITS, TrackIndex.MAX_INITS + 1L))
        .startsWith("#EXT-X-MAP:URI=\"a1-%012x.mp4\"".formatted(TrackIndex.MAX_INITS));
  }
}
