package dev.sluice.mux.packager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.isobmff.BoxType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Keeps what a packager made as lines, and checks what must be so whatever the stream was. */
final class PackagedWatch implements PackagerOutput {
  /** A segment of a track as it became. */
  record Seen(TrackSegment segment, List<Part> parts, ByteBuf bytes) {}

  final List<String> lines = new ArrayList<>();
  final List<Cut> cuts = new ArrayList<>();
  final Map<Integer, List<Seen>> segments = new HashMap<>();
  final Map<Integer, Bytes> inits = new HashMap<>();
  private final Map<Integer, List<Part>> open = new HashMap<>();
  private final Map<Integer, ByteBuf> openBytes = new HashMap<>();
  private final Map<Cut, List<Track>> tracks = new HashMap<>();

  @Override
  public void init(Track track, Bytes init) {
    inits.put(track.id(), init);
    lines.add("init %d %s".formatted(track.id(), sha(init.buffer())));
  }

  @Override
  public void begun(Cut cut, List<Track> carried) {
    cuts.add(cut);
    tracks.put(cut, carried);
    lines.add("begun " + cut);
  }

  @Override
  public void part(Part part) {
    int id = part.track().id();
    open.computeIfAbsent(id, _ -> new ArrayList<>()).add(part);
    openBytes.computeIfAbsent(id, _ -> Unpooled.buffer()).writeBytes(part.bytes().duplicate());
    lines.add(
        "part %d of %d, %d: %d + %d %s %s"
            .formatted(
                part.index(),
                part.cut().number(),
                id,
                part.startDts(),
                part.duration(),
                part.independent() ? "independent" : "",
                sha(part.bytes())));
    assertThat(part.bytes().isWritable()).isFalse();
    assertThat(part.isGap()).isEqualTo(!part.bytes().isReadable());
    part.bytes().release();
    if (!part.isGap()) {
      assertThat(part.bytes().refCnt()).isZero();
    }
  }

  @Override
  public void segment(TrackSegment segment) {
    int id = segment.track().id();
    List<Part> parts = open.remove(id);
    ByteBuf bytes = openBytes.remove(id);
    Seen seen =
        new Seen(
            segment, parts == null ? List.of() : parts, bytes == null ? Unpooled.buffer() : bytes);
    segments.computeIfAbsent(id, _ -> new ArrayList<>()).add(seen);
    lines.add(
        "segment %d, %d: %d + %d, %d parts, %d bytes %s"
            .formatted(
                segment.cut().number(),
                id,
                segment.startPts(),
                segment.duration(),
                segment.parts(),
                segment.sizeBytes(),
                sha(seen.bytes)));
  }

  @Override
  public void ended(Cut cut, long end90k) {
    lines.add("ended %d at %d".formatted(cut.number(), end90k));
  }

  @Override
  public void transportStream(Cut cut, long end90k, ByteBuf bytes) {
    lines.add("ts %d %d %s".formatted(cut.number(), bytes.readableBytes(), sha(bytes)));
    assertThat(bytes.isWritable()).isFalse();
    bytes.release();
  }

  static String sha(ByteBuf bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(ByteBufUtil.getBytes(bytes));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException missing) {
      throw new AssertionError(missing);
    }
  }

  /** Segments of a track, in order. */
  List<Seen> segments(int track) {
    return segments.getOrDefault(track, List.of());
  }

  // ---- what must be so

  /** Numbers are without a hole, starts ascend, and each cut has a segment of each track. */
  void assertCuts() {
    for (int i = 1; i < cuts.size(); i++) {
      Cut before = cuts.get(i - 1);
      Cut cut = cuts.get(i);
      assertThat(cut.number()).as("after %s", before).isEqualTo(before.number() + 1);
      assertThat(cut.start90k()).isGreaterThan(before.start90k());
      assertThat(cut.discontinuitySequence())
          .isEqualTo(before.discontinuitySequence() + (cut.discontinuity() ? 1 : 0));
    }
    segments.forEach((id, seen) -> {
      List<Cut> expected =
          cuts.stream()
              .filter(cut ->
                  tracks.getOrDefault(cut, List.of()).stream().anyMatch(track -> track.id() == id))
              .toList();
      assertThat(seen.stream().map(each -> each.segment.cut()).toList())
          .as("segments of track %d", id)
          .isEqualTo(expected);
    });
  }

  /** A segment of a track begins where the one before it ends, a gap too. */
  void assertContiguous() {
    segments.forEach((id, seen) -> {
      for (int i = 1; i < seen.size(); i++) {
        TrackSegment before = seen.get(i - 1).segment;
        TrackSegment next = seen.get(i).segment;
        if (before.cut().number() + 1 == next.cut().number()) {
          assertThat(next.startPts())
              .as("track %d, segment %d", id, next.cut().number())
              .isEqualTo(before.startPts() + before.duration());
        }
      }
    });
  }

  /** Rules of the playlists: durations against targets, and what is independent. */
  void assertRules(Ledger ledger) {
    segments.forEach((id, seen) -> seen.forEach(each -> assertRules(ledger, each)));
  }

  private static void assertRules(Ledger ledger, Seen seen) {
    TrackSegment segment = seen.segment;
    Timescale timescale = segment.track().timescale();
    long ms = timescale.convert(segment.duration(), Timescale.MILLIS);
    assertThat(Math.round(ms / 1_000.0))
        .as("rounded duration of %s", segment)
        .isLessThanOrEqualTo(ledger.targetSeconds());
    assertThat(segment.parts()).isEqualTo(seen.parts.size());
    assertThat(segment.sizeBytes()).isEqualTo(seen.bytes.readableBytes());
    for (int i = 0; i < seen.parts.size(); i++) {
      Part part = seen.parts.get(i);
      assertThat(part.index()).isEqualTo(i);
      LedgerRecord.PartTarget target = ledger.part(segment.track().id());
      assertThat(target).isNotNull();
      double duration90k = part.duration() * 90_000.0 / timescale.ticksPerSecond();
      assertThat(duration90k).as("%s", part).isLessThanOrEqualTo((double) target.target90k());
      boolean last = i + 1 == seen.parts.size();
      if (!last && !part.isGap() && !seen.parts.get(i + 1).isGap()) {
        assertThat(duration90k)
            .as("%s", part)
            .isGreaterThanOrEqualTo(0.85 * (double) target.target90k());
      }
      assertThat(part.last()).as("%s", part).isEqualTo(last);
    }
    if (segment.cut().opening() == Cut.Opening.RANDOM_ACCESS && !segment.gap()) {
      Part first = seen.parts.stream().filter(part -> !part.isGap()).findFirst().orElseThrow();
      assertThat(first.independent()).as("%s", segment).isTrue();
    }
    if (!segment.gap()) {
      long toldMs =
          timescale.convert(seen.parts.stream().mapToLong(Part::duration).sum(), Timescale.MILLIS);
      assertThat(toldMs).as("parts of %s", segment).isCloseTo(ms, within(4L)); // of jitter
    }
  }

  /** The media of all segments of a track are these units, all and in order. */
  void assertUnits(int track, List<AccessUnit> units) {
    ByteBuf all = Unpooled.buffer();
    segments(track).forEach(seen -> mediaData(seen.bytes, all));
    ByteBuf expected = Unpooled.buffer();
    units.forEach(unit -> expected.writeBytes(unit.payload().duplicate()));
    assertThat(all).as("media of track %d", track).isEqualTo(expected);
  }

  /** Appends what is in the {@code mdat} boxes. */
  private static void mediaData(ByteBuf bytes, ByteBuf out) {
    ByteBuf in = bytes.duplicate();
    while (in.isReadable()) {
      int size = in.readInt();
      boolean media = in.readInt() == BoxType.of("mdat");
      ByteBuf body = in.readSlice(size - 8);
      if (media) {
        out.writeBytes(body);
      }
    }
  }
}
