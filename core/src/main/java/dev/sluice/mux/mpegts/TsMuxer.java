package dev.sluice.mux.mpegts;

import static dev.sluice.wire.mpegts.PacketHeader.BODY_SIZE;
import static dev.sluice.wire.mpegts.PacketHeader.PACKET_SIZE;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.mpegts.AdaptationField;
import dev.sluice.wire.mpegts.Descriptor;
import dev.sluice.wire.mpegts.PacketHeader;
import dev.sluice.wire.mpegts.PesHeader;
import dev.sluice.wire.mpegts.ProgramAssociation;
import dev.sluice.wire.mpegts.ProgramMap;
import dev.sluice.wire.mpegts.RegistrationDescriptor;
import dev.sluice.wire.mpegts.Section;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a transport stream of one program out of units, a block of them at a time: of variable
 * rate, without null packets.
 *
 * <ul>
 *   <li>PAT and PMT come before each random access point of the video, and after {@link
 *       #TABLES_90K} at the latest.
 *   <li>The clock comes at most {@link #CLOCK_90K} apart, as stream time goes. It runs {@link
 *       #LEAD_90K} behind the DTS: so much later than its neighbours may a unit come.
 *   <li>Audio frames that follow one another without a gap share a PES packet: within a block, and
 *       as long as they are not more than {@link #AUDIO_BYTES} or {@link #AUDIO_90K}.
 *   <li>Times are those of the units in 90 kHz, modulo 2³³.
 * </ul>
 *
 * <p>One muxer for all blocks of a stream gives a live stream, whose continuity counters go on. A
 * new one for each segment, of {@link #ofSegment}, gives segments of which each stands alone, and
 * any of which may follow any other: pictures, sound and tables take a multiple of sixteen packets
 * each, so their counters go on over the border. In either case the bytes depend on nothing but the
 * tracks and the units: no clock, no chance.
 */
public final class TsMuxer {
  /** PAT and PMT come at least so often: 100 ms. */
  public static final long TABLES_90K = 9_000;

  /** The clock comes at least so often: 40 ms. */
  public static final long CLOCK_90K = 3_600;

  /** How far the clock is behind the DTS: 300 ms. */
  public static final long LEAD_90K = 27_000;

  /** Payload of a PES packet of audio, unless one frame alone has more: 16 packets. */
  static final int AUDIO_BYTES = 2_930;

  /** Time in a PES packet of audio: 100 ms. */
  static final long AUDIO_90K = 9_000;

  /** A hole in time from which on it is not filled with clock references: 1 s. */
  private static final long HOLE_90K = 90_000;

  /** So far back time must go to begin anew: 10 s. */
  private static final long BACK_90K = 900_000;

  private static final long NEVER = Long.MIN_VALUE / 2;
  private static final int STREAM_ID = 1;
  private static final int PROGRAM = 1;
  private static final int MAP_PID = 0x1000;
  private static final int FIRST_PID = 0x100;
  private static final int VERSIONS = 32;

  /** IDs that tracks can have. */
  private static final int TRACKS = 256;

  /** One elementary stream. */
  private static final class Stream {
    final int pid;
    TsCarriage carriage;
    int continuity;
    int counted; // what continuity would be, where only sizes are counted
    int lastAt; // index of its last unit in the block

    /** Units that go into one PES packet; empty between blocks. */
    final ArrayList<AccessUnit> group = new ArrayList<>();

    int groupBytes;
    int groupAt; // index of the last of them
    long groupEnd; // where the next frame must begin, in the track's timescale

    Stream(int pid, TsCarriage carriage) {
      this.pid = pid;
      this.carriage = carriage;
    }
  }

  /** Where the stream is in time, 90 kHz. */
  private static final class Course {
    long now = NEVER;
    long last = NEVER;
    long step;
    long tablesAt = NEVER;
    int tables; // how often they came
    long clockAt = NEVER;

    void set(Course other) {
      now = other.now;
      last = other.last;
      step = other.step;
      tablesAt = other.tablesAt;
      tables = other.tables;
      clockAt = other.clockAt;
    }
  }

  /** The streams by the IDs of their tracks, and those there are. */
  private @Nullable Stream[] byTrack = new Stream[TRACKS];

  private final List<Stream> streams = new ArrayList<>();
  private final List<Track> leftOut = new ArrayList<>();
  private final Course course = new Course();
  private final Course tried = new Course();
  private Bytes association = Bytes.EMPTY;
  private Bytes map = Bytes.EMPTY;
  private @Nullable ProgramMap program;
  private int pcrPid = PacketHeader.NULL_PID;
  private int associationContinuity;
  private int mapContinuity;
  private long unitsLeftOut;
  private final boolean isSegment;

  /** Makes a live stream out of all the blocks that it is given. */
  public TsMuxer() {
    this(false);
  }

  private TsMuxer(boolean isSegment) {
    this.isSegment = isSegment;
  }

  /** For one segment, which is written as a single block. */
  public static TsMuxer ofSegment() {
    return new TsMuxer(true);
  }

  /** Whether a transport stream can carry {@code track}. */
  public static boolean carries(Track track) {
    return TsCarriages.of(track) != null;
  }

  /**
   * Sets what the stream consists of; the next block begins with new tables when they differ. A
   * track whose configuration changes need not be set again: its units bring it.
   *
   * @param tracks in the order of the PMT; what cannot be carried is left out
   */
  public void configure(List<Track> tracks) {
    leftOut.clear();
    @Nullable Stream[] before = byTrack;
    byTrack = new Stream[TRACKS];
    streams.clear();
    List<ProgramMap.Stream> entries = new ArrayList<>();
    List<Descriptor> descriptors = descriptors(tracks);
    Track clock = null;
    for (Track track : tracks) {
      TsCarriage carriage = TsCarriages.of(track);
      int pid = FIRST_PID + track.id();
      if (carriage != null) {
        entries.add(new ProgramMap.Stream(carriage.streamType(), pid, carriage.descriptors()));
      }
      if (carriage != null && ProgramMap.bodySize(descriptors, entries) > Section.MAX_PSI_BODY) {
        entries.removeLast();
        carriage = null;
      }
      if (carriage == null) {
        leftOut.add(track);
        continue;
      }
      Stream stream = before[track.id()];
      if (stream == null) {
        stream = new Stream(pid, carriage);
      }
      stream.carriage = carriage;
      byTrack[track.id()] = stream;
      streams.add(stream);
      if (clock == null || track.kind().compareTo(clock.kind()) < 0) {
        clock = track;
      }
    }
    pcrPid = clock == null ? PacketHeader.NULL_PID : FIRST_PID + clock.id();
    tables(descriptors, entries);
  }

  private static List<Descriptor> descriptors(List<Track> tracks) {
    List<Descriptor> descriptors = new ArrayList<>();
    if (tracks.stream().anyMatch(track -> track.codec() == Codec.SCTE35)) {
      descriptors.add(new RegistrationDescriptor(RegistrationDescriptor.SPLICE).descriptor());
    }
    if (tracks.stream().anyMatch(track -> track.codec() == Codec.ID3)) {
      descriptors.add(TsCarriages.id3Metadata().pointer(PROGRAM));
    }
    return descriptors;
  }

  private void tables(List<Descriptor> descriptors, List<ProgramMap.Stream> entries) {
    int version = program == null ? 0 : program.version();
    ProgramMap next = new ProgramMap(PROGRAM, version, true, pcrPid, descriptors, entries);
    if (next.equals(program)) {
      return;
    }
    if (program != null) {
      version = (version + 1) % VERSIONS;
      next = new ProgramMap(PROGRAM, version, true, pcrPid, descriptors, entries);
    }
    program = next;
    var listed = List.of(new ProgramAssociation.Program(PROGRAM, MAP_PID));
    association = bytes(new ProgramAssociation(STREAM_ID, 0, listed).section());
    map = bytes(next.section());
    course.tablesAt = NEVER;
  }

  private static Bytes bytes(Section section) {
    ByteBuf out = Unpooled.buffer();
    section.write(out);
    return Bytes.copyOf(out);
  }

  /** Tracks that were set and are not carried. */
  public List<Track> leftOut() {
    return List.copyOf(leftOut);
  }

  /** Units that were left out because they are too large for their form. */
  public long unitsLeftOut() {
    return unitsLeftOut;
  }

  /** Whether units of {@code track} are carried. */
  public boolean hasStream(Track track) {
    return byTrack[track.id()] != null;
  }

  /** Bytes that {@link #write} will append for these units; changes nothing. */
  public int size(List<AccessUnit> units) {
    tried.set(course);
    return walk(units, tried, null);
  }

  /** Appends a block; the payloads' indexes stay as they are. */
  public void write(List<AccessUnit> units, ByteBuf out) {
    if (out.nioBufferCount() == 1) {
      var writer = new PesWriter(out);
      walk(units, course, writer);
      writer.finish();
      return;
    }
    ByteBuf whole = out.alloc().buffer(size(units)); // a buffer of several parts is written at once
    try {
      write(units, whole);
      out.writeBytes(whole);
    } finally {
      whole.release();
    }
  }

  // ---- the way through a block: without an output it only counts

  @SuppressWarnings("ReferenceEquality") // equal tracks are the same one, most of the time
  private int walk(List<AccessUnit> units, Course at, @Nullable PesWriter out) {
    begin(units);
    int bytes = 0;
    for (int i = 0; i < units.size(); i++) {
      AccessUnit unit = units.get(i);
      Stream stream = byTrack[unit.track().id()];
      if (stream == null) {
        continue;
      }
      if (unit.track() != stream.carriage.track() && !follow(stream, unit.track())) {
        continue;
      }
      int size = stream.carriage.size(unit);
      if (size == 0) {
        unitsLeftOut += out == null ? 0 : 1;
        continue;
      }
      int samples = stream.carriage.samples(unit);
      boolean joins = joins(stream, unit, size, samples);
      if (!joins) {
        bytes += finish(stream, at, out);
      }
      if (unit.startsGop()) {
        bytes += finishAll(at, out);
      }
      bytes += pass(time(unit.dts(), unit.track()), stream, unit.startsGop(), at, out);
      stream.group.add(unit);
      stream.groupAt = i;
      stream.groupBytes += size;
      stream.groupEnd = unit.dts() + samples;
      if (samples == 0) {
        bytes += finish(stream, at, out);
      }
    }
    bytes += finishAll(at, out);
    while (isSegment && at.tables % PacketHeader.COUNTERS != 0) {
      bytes += tables(at, out);
    }
    return bytes;
  }

  private void begin(List<AccessUnit> units) {
    streams.forEach(stream -> stream.counted = stream.continuity);
    for (int i = 0; isSegment && i < units.size(); i++) {
      Stream stream = byTrack[units.get(i).track().id()];
      if (stream != null) {
        stream.lastAt = i;
      }
    }
  }

  /** A new configuration of a track; false when it can be carried no longer. */
  private static boolean follow(Stream stream, Track track) {
    if (track.equals(stream.carriage.track())) {
      return true;
    }
    TsCarriage carriage = TsCarriages.of(track);
    if (carriage == null || carriage.streamType() != stream.carriage.streamType()) {
      return false; // until the tracks are set again
    }
    stream.carriage = carriage;
    return true;
  }

  private static boolean joins(Stream stream, AccessUnit unit, int size, int samples) {
    if (stream.group.isEmpty() || samples == 0 || unit.dts() != stream.groupEnd) {
      return false;
    }
    AccessUnit first = stream.group.getFirst();
    long span = unit.dts() + samples - first.dts();
    return first.track().equals(unit.track())
        && stream.groupBytes + size <= AUDIO_BYTES
        && unit.track().timescale().convert(span, Timescale.VIDEO) <= AUDIO_90K;
  }

  private int finishAll(Course at, @Nullable PesWriter out) {
    int bytes = 0;
    Stream next = earliest();
    while (next != null) {
      bytes += finish(next, at, out);
      next = earliest();
    }
    return bytes;
  }

  /** The stream whose group begins first; of those that begin together, that of the lowest PID. */
  private @Nullable Stream earliest() {
    Stream earliest = null;
    for (int i = 0; i < streams.size(); i++) {
      Stream stream = streams.get(i);
      if (!stream.group.isEmpty()
          && (earliest == null
              || begin(stream) < begin(earliest)
              || begin(stream) == begin(earliest) && stream.pid < earliest.pid)) {
        earliest = stream;
      }
    }
    return earliest;
  }

  private static long begin(Stream stream) {
    return stream.group.getFirst().dts90k();
  }

  /** Time has come to {@code time}: tables and clock, when they are due before what comes next. */
  private int pass(
      long time, Stream stream, boolean startsGop, Course at, @Nullable PesWriter out) {
    if (at.now - time > BACK_90K) {
      at.now = NEVER;
      at.tablesAt = NEVER;
      at.clockAt = NEVER;
    }
    at.step = at.last == NEVER ? 0 : Math.clamp(time - at.last, 0, TABLES_90K);
    at.last = time;
    at.now = Math.max(at.now, time);
    int bytes = 0;
    if (startsGop || at.now + at.step - at.tablesAt > TABLES_90K) {
      at.tablesAt = at.now;
      bytes += tables(at, out);
    }
    if (at.clockAt == NEVER || at.now - at.clockAt > HOLE_90K) {
      if (stream.pid == pcrPid) {
        return bytes; // the unit itself brings the clock
      }
      at.clockAt = at.now;
      return bytes + clock(at, out);
    }
    while (at.now - at.clockAt > CLOCK_90K) {
      at.clockAt += CLOCK_90K;
      bytes += clock(at, out);
    }
    return bytes;
  }

  private int tables(Course at, @Nullable PesWriter out) {
    at.tables++;
    int bytes = section(PacketHeader.PAT_PID, association, associationContinuity, out);
    bytes += section(MAP_PID, map, mapContinuity, out);
    if (out != null) {
      associationContinuity += packetsOf(association);
      mapContinuity += packetsOf(map);
    }
    return bytes;
  }

  /** A packet with nothing but the clock. */
  private int clock(Course at, @Nullable PesWriter out) {
    if (pcrPid == PacketHeader.NULL_PID) {
      return 0;
    }
    if (out != null) {
      Stream stream = byTrack[pcrPid - FIRST_PID];
      int continuity = stream == null ? 0 : stream.continuity - 1 & 15; // payload counts, not this
      ByteBuffer packet = out.room(PACKET_SIZE);
      packet.putInt(PacketHeader.word(pcrPid, false, true, false, continuity));
      AdaptationField.write(BODY_SIZE, false, pcr(at), packet);
    }
    return PACKET_SIZE;
  }

  private static long pcr(Course at) {
    return Math.floorMod(at.clockAt - LEAD_90K, PesHeader.TIME_RANGE) * 300;
  }

  /** Writes what was put together for a PES packet, if anything. */
  private int finish(Stream stream, Course at, @Nullable PesWriter out) {
    if (stream.group.isEmpty()) {
      return 0;
    }
    AccessUnit first = stream.group.getFirst();
    int bytes =
        stream.carriage instanceof SpliceCarriage splice
            ? splice(splice, stream, first, out)
            : pes(stream, first, at, out);
    stream.group.clear();
    stream.groupBytes = 0;
    return bytes;
  }

  private int pes(Stream stream, AccessUnit first, Course at, @Nullable PesWriter out) {
    long pts = stamp(first.pts(), first.track());
    long dts = stamp(first.dts(), first.track());
    boolean hasDts = dts != pts;
    TsCarriage carriage = stream.carriage;
    int stuffing = carriage.headerStuffing();
    int header = PesHeader.size(true, hasDts) + stuffing;
    int payload = stream.groupBytes;
    boolean isVideo = first.track().kind() == Track.Kind.VIDEO;
    int taken = isVideo ? payload : Math.min(payload, carriage.maxPayload());
    boolean randomAccess = first.startsGop();
    long pcr = AdaptationField.NONE;
    if (stream.pid == pcrPid && at.now > at.clockAt) {
      at.clockAt = at.now;
      pcr = pcr(at);
    }
    boolean hasPcr = pcr != AdaptationField.NONE;
    int size = header + taken;
    int continuity = out == null ? stream.counted : stream.continuity;
    int filling =
        isSegment && stream.groupAt == stream.lastAt && taken == payload
            ? PesWriter.filling(size, header, randomAccess, hasPcr, continuity)
            : 0;
    int packets = filling + PesWriter.packets(size - filling, randomAccess, hasPcr);
    stream.counted += packets;
    if (out != null) {
      int length = size - PesHeader.PREFIX_SIZE;
      out.begin(stream.pid, continuity & 15, size, randomAccess, pcr, filling);
      out.header(
          carriage.streamId(),
          length > PesHeader.MAX_LENGTH ? 0 : length,
          true,
          pts,
          hasDts ? dts : PesHeader.NONE,
          stuffing);
      if (taken == payload) {
        for (int i = 0; i < stream.group.size(); i++) {
          carriage.write(stream.group.get(i), out);
        }
      } else {
        out.put(first.payload(), first.payload().readerIndex(), taken);
      }
      stream.continuity = out.end();
    }
    int bytes = packets * PACKET_SIZE;
    for (int done = taken; done < payload; done += carriage.maxPayload()) {
      bytes += rest(stream, first.payload(), done, out);
    }
    return bytes;
  }

  /** Another PES packet of a unit that is too long for one: without time stamp, not aligned. */
  private static int rest(Stream stream, ByteBuf payload, int from, @Nullable PesWriter out) {
    int taken = Math.min(payload.readableBytes() - from, stream.carriage.maxPayload());
    int header = PesHeader.size(false, false);
    int packets = PesWriter.packets(header + taken, false, false);
    stream.counted += packets;
    if (out != null) {
      out.begin(stream.pid, stream.continuity & 15, header + taken, false, AdaptationField.NONE, 0);
      out.header(
          stream.carriage.streamId(),
          header - PesHeader.PREFIX_SIZE + taken,
          false,
          PesHeader.NONE,
          PesHeader.NONE,
          0);
      out.put(payload, payload.readerIndex() + from, taken);
      stream.continuity = out.end();
    }
    return packets * PACKET_SIZE;
  }

  private static int splice(
      SpliceCarriage carriage, Stream stream, AccessUnit unit, @Nullable PesWriter out) {
    Bytes section = carriage.section(unit, time(unit.dts(), unit.track()));
    if (section == null) {
      return 0;
    }
    int bytes = section(stream.pid, section, stream.continuity, out);
    if (out != null) {
      stream.continuity += packetsOf(section);
    }
    return bytes;
  }

  private static int packetsOf(Bytes section) {
    return (1 + section.size() + BODY_SIZE - 1) / BODY_SIZE; // one for the pointer
  }

  /** Writes a section into packets of its own, filled up with what is no section. */
  private static int section(int pid, Bytes section, int continuity, @Nullable PesWriter out) {
    int packets = packetsOf(section);
    if (out != null) {
      ByteBuffer into = out.room(packets * PACKET_SIZE);
      int written = 0;
      for (int i = 0; i < packets; i++) {
        into.putInt(PacketHeader.word(pid, i == 0, false, true, continuity + i & 15));
        int room = BODY_SIZE;
        if (i == 0) {
          into.put((byte) 0); // pointer_field
          room--;
        }
        int taken = Math.min(room, section.size() - written);
        section.writeTo(into, written, taken);
        written += taken;
        for (int rest = taken; rest < room; rest++) {
          into.put((byte) 0xFF);
        }
      }
    }
    return packets * PACKET_SIZE;
  }

  private static long time(long ticks, Track track) {
    return track.timescale().convertRounded(ticks, Timescale.VIDEO);
  }

  private static long stamp(long ticks, Track track) {
    return Math.floorMod(time(ticks, track), PesHeader.TIME_RANGE);
  }
}
