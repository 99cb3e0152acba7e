package dev.sluice.mux.packager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.packager.SimulatedStream.Pictures;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.isobmff.BoxType;
import dev.sluice.wire.isobmff.EventMessageBox;
import dev.sluice.wire.mpegts.SpliceInfoSection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** ID3 tags and splice information in front of chunks. */
class TimedDataTest {
  private static final long EPOCH_90K = SimulatedStream.EPOCH_S * 90_000;
  private static final Bytes TAG = Bytes.ofHex("49443304000000000000");

  /** A splice_insert, out, of 60.293 s, at 0x7369C02E. */
  private static final Bytes INSERT =
      Bytes.ofHex(
          "FC302F000000000000FFFFF014054800008F7FEFFE7369C02EFE0052CCF5"
              + "00000000000A0008435545490000013562DBA30A");

  private static final Track ID3 =
      Track.of(2, Track.Kind.DATA, Codec.ID3, Timescale.VIDEO, Bytes.EMPTY, "");
  private static final Track SPLICE =
      Track.of(3, Track.Kind.DATA, Codec.SCTE35, Timescale.VIDEO, Bytes.EMPTY, "");
  private static final Track KLV =
      Track.of(4, Track.Kind.DATA, Codec.KLV, Timescale.VIDEO, Bytes.EMPTY, "");

  /** A message and the segment in front of whose chunk it stood. */
  private record Found(long number, EventMessageBox message) {}

  private final PackagedWatch watch = new PackagedWatch();
  private final List<SpliceMessage> splices = new ArrayList<>();
  private final Packager packager =
      new Packager(
          PackagerSettings.DEFAULT,
          new Ledger(),
          SimulatedStream.ALLOCATOR,
          new PackagerOutput() {
            @Override
            public void init(Track track, Bytes init) {
              watch.init(track, init);
            }

            @Override
            public void begun(Cut cut, List<Track> carried) {
              watch.begun(cut, carried);
            }

            @Override
            public void part(Part part) {
              watch.part(part);
            }

            @Override
            public void segment(TrackSegment segment) {
              watch.segment(segment);
            }

            @Override
            public void splice(SpliceMessage message) {
              splices.add(message);
            }
          });

  @AfterEach
  void close() {
    packager.close();
  }

  private static AccessUnit data(Track track, double atS, Bytes payload) {
    long at = EPOCH_90K + Math.round(atS * 90_000);
    return new AccessUnit(track, at, at, true, Unpooled.wrappedBuffer(payload.toArray()));
  }

  private void feed(List<Track> tracks, List<AccessUnit> data) {
    feed(0, tracks, data);
  }

  /** Nine seconds of each track, and data. */
  private void feed(double fromS, List<Track> tracks, List<AccessUnit> data) {
    var random = new SplittableRandom(1);
    packager.configure(tracks);
    List<List<AccessUnit>> units = new ArrayList<>();
    for (Track track : tracks) {
      units.add(
          switch (track.kind()) {
            case VIDEO -> SimulatedStream.video(track, Pictures.USUAL, fromS, fromS + 9, random);
            case AUDIO -> SimulatedStream.audio(track, fromS, fromS + 9);
            case DATA -> data.stream().filter(unit -> unit.track().equals(track)).toList();
          });
    }
    SimulatedStream.interleaved(units, 0, random).forEach(packager::add);
    packager.pause();
    data.forEach(unit -> assertThat(unit.payload().refCnt()).isEqualTo(1));
  }

  /** Each where it stood first. */
  private List<Found> messages(int track) {
    List<Found> found = new ArrayList<>();
    for (Found one : allMessages(track)) {
      if (found.stream().noneMatch(other -> other.message.equals(one.message))) {
        found.add(one);
      }
    }
    return found;
  }

  private List<Found> allMessages(int track) {
    List<Found> found = new ArrayList<>();
    for (PackagedWatch.Seen seen : watch.segments(track)) {
      ByteBuf in = seen.bytes().duplicate();
      while (in.isReadable()) {
        int size = in.readInt();
        int type = in.readInt();
        ByteBuf body = in.readSlice(size - 8);
        if (type == BoxType.EMSG) {
          found.add(new Found(seen.segment().cut().number(), EventMessageBox.read(body)));
        }
      }
    }
    return found;
  }

  @Test
  void tagsStandInFrontOfTheChunksOfTheirTime() {
    List<Track> tracks = List.of(SimulatedStream.VIDEO, SimulatedStream.AUDIO, ID3, KLV);
    feed(
        tracks,
        List.of(
            data(ID3, 1.01, TAG),
            data(ID3, 1.02, TAG),
            data(KLV, 1.5, TAG),
            data(ID3, 3.9, TAG),
            data(ID3, 4, TAG)));
    List<Found> found = messages(0);
    assertThat(found).hasSize(4);
    assertThat(found)
        .extracting(one -> one.message.time() - EPOCH_90K)
        .containsExactly(90_900L, 91_800L, 351_000L, 360_000L);
    long first = watch.cuts.getFirst().number();
    assertThat(found).extracting(one -> one.number - first).containsExactly(0L, 0L, 1L, 2L);
    assertThat(found).extracting(one -> one.message.id()).doesNotHaveDuplicates();
    assertThat(found)
        .allSatisfy(one -> {
          assertThat(one.message.scheme()).isEqualTo("https://aomedia.org/emsg/ID3");
          assertThat(one.message.version()).isEqualTo(1);
          assertThat(one.message.timescale()).isEqualTo(90_000);
          assertThat(one.message.duration()).isEqualTo(EventMessageBox.UNKNOWN_DURATION);
          assertThat(one.message.message()).isEqualTo(TAG);
        });
    assertThat(messages(1)).isEmpty(); // there is one place for them
  }

  /** Who looks at whole segments from their beginnings misses none (ISO/IEC 23009-1, 5.10.3.3). */
  @Test
  void whatStandsWithinASegmentStandsInFrontOfTheNextOneToo() {
    List<Track> tracks = List.of(SimulatedStream.VIDEO, ID3);
    feed(tracks, List.of(data(ID3, 1.01, TAG), data(ID3, 2, TAG), data(ID3, 4.3, TAG)));
    long first = watch.cuts.getFirst().number();
    assertThat(allMessages(0))
        .extracting(one -> (one.message.time() - EPOCH_90K) / 90 + " in " + (one.number - first))
        .containsExactly("1010 in 0", "2000 in 1", "1010 in 1", "4300 in 2", "4300 in 3");
  }

  /** There a presentation may begin that declares other messages, or none. */
  @Test
  void butNotBehindAHole() {
    feed(List.of(SimulatedStream.VIDEO, ID3), List.of(data(ID3, 8.51, TAG)));
    feed(20, List.of(SimulatedStream.VIDEO), List.of());
    assertThat(watch.segments(0).getLast().segment().startPts() - EPOCH_90K)
        .isGreaterThan(20 * 90_000);
    assertThat(allMessages(0))
        .extracting(one -> (one.message.time() - EPOCH_90K) / 90)
        .containsExactly(8_510L);
  }

  @Test
  void soundAloneHasThemAsWell() {
    feed(List.of(SimulatedStream.AUDIO, ID3), List.of(data(ID3, 3, TAG)));
    assertThat(messages(1))
        .singleElement()
        .satisfies(one -> {
          assertThat(one.message.timescale()).isEqualTo(48_000);
          assertThat(one.message.time()).isEqualTo((SimulatedStream.EPOCH_S + 3) * 48_000);
        });
  }

  /** The section says a time 4 s after it came; in the stream it is relative to that. */
  @Test
  void splicesAreOnTheTimeLineOfTheMedia() {
    Bytes relative = new SpliceInfoSection(INSERT).movedBy(4 * 90_000 - 0x7369_C02EL).bytes();
    feed(
        List.of(SimulatedStream.VIDEO, SPLICE),
        List.of(data(SPLICE, 3, relative), data(SPLICE, 3.1, Bytes.ofHex("FC00"))));
    long spliceAt = EPOCH_90K + 7 * 90_000;
    Bytes absolute = new SpliceInfoSection(INSERT).movedBy(spliceAt - 0x7369_C02EL).bytes();
    assertThat(messages(0))
        .singleElement()
        .satisfies(one -> {
          assertThat(one.message.scheme()).isEqualTo("urn:scte:scte35:2013:bin");
          assertThat(one.message.time()).isEqualTo(spliceAt);
          assertThat(one.message.duration()).isEqualTo(0x52CCF5);
          assertThat(one.message.message()).isEqualTo(absolute);
        });
    assertThat(splices)
        .singleElement()
        .satisfies(one -> {
          assertThat(one.at90k()).isEqualTo(EPOCH_90K + 3 * 90_000);
          assertThat(one.time90k()).isEqualTo(spliceAt);
          assertThat(one.section().bytes()).isEqualTo(absolute);
        });
  }

  @Test
  void moreThanFitsInFrontOfAChunkIsLeftOut() {
    List<AccessUnit> data = new ArrayList<>();
    for (int i = 0; i <= EventMessages.MAX_MESSAGES; i++) {
      data.add(data(ID3, 3.01 + i / 1_000.0, TAG));
    }
    feed(List.of(SimulatedStream.VIDEO, ID3), data);
    assertThat(messages(0)).hasSize(EventMessages.MAX_MESSAGES);
  }
}
