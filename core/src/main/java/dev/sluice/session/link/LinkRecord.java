package dev.sluice.session.link;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What goes over the link: the type in a byte, the size of the body in three, the body. Numbers are
 * big-endian. A type that a receiver does not know is passed over, so that a later version can say
 * more.
 */
public sealed interface LinkRecord {
  /** The version of the protocol. */
  int VERSION = 1;

  /** Bytes in front of a body. */
  int HEADER_SIZE = 4;

  /** Bytes of a unit with what stands in front of its payload: what three bytes can count. */
  int MAX_UNIT_BODY = 0xFF_FFFF;

  /** Bytes of any other body. */
  int MAX_BODY = 1 << 20;

  /** Bytes of a unit's body in front of the payload. */
  int UNIT_HEAD = 22;

  /** Tracks of a stream. */
  int MAX_TRACKS = 64;

  /** Bytes of a line of the ledger. */
  int MAX_LINE = 261;

  /** Bytes of a stream's name. */
  int MAX_NAME = 200;

  /** Bytes of what a source says of itself. */
  int MAX_METADATA = 65_535;

  /**
   * The first record of every body.
   *
   * @param version of the protocol; the source speaks the lower one of both sides'
   * @param features bits of what the source can do beside what is in the version; none yet
   * @param packagerVersion of the source: with another one hashes will differ
   * @param utcMs the source's clock
   */
  record Greeting(int version, int features, int packagerVersion, long utcMs)
      implements LinkRecord {
    public Greeting {
      checkRange("version", version, 1, 255);
      checkRange("packagerVersion", packagerVersion, 1, 0xFFFF);
    }
  }

  /**
   * How the stream is cut; the lines of its ledger and its whole segments follow, then {@link
   * UpToDate}.
   *
   * @param segments whether it is cut at all; else the rest means nothing
   */
  record Cutting(boolean segments, int period90k, int segmentMax90k, int part90k)
      implements LinkRecord {}

  /** All that was there before has been told. */
  record UpToDate() implements LinkRecord {}

  /**
   * What the units that follow are of.
   *
   * @param metadata what the source of the stream says of itself, an AMF0 data message
   */
  record Tracks(Bytes metadata, List<LinkTrack> tracks) implements LinkRecord {
    public Tracks {
      tracks = List.copyOf(tracks);
      checkRange("tracks", tracks.size(), 0, MAX_TRACKS);
      checkRange("size of metadata", metadata.size(), 0, MAX_METADATA);
    }
  }

  /**
   * A unit of a track.
   *
   * @param ordinal counts the units of a connection's feed, modulo 2³²: one that is not the one
   *     behind its predecessor says that units were left out
   * @param dts in ticks of its track since the Unix epoch
   * @param pts the same
   * @param payload the holder owns one reference
   */
  record Unit(int track, boolean randomAccess, int ordinal, long dts, long pts, ByteBuf payload)
      implements LinkRecord {
    public Unit {
      checkRange("track", track, 0, 255);
      checkRange("dts", dts, 0, Long.MAX_VALUE);
      checkRange("pts", pts, 0, Long.MAX_VALUE);
    }
  }

  /** A line of the stream's ledger, as it stands on disk. */
  record Line(Bytes line) implements LinkRecord {
    public Line {
      checkRange("size of line", line.size(), 1, MAX_LINE);
    }
  }

  /**
   * What is told next of lines and segments counts once this unit has come, or one behind it.
   *
   * @param dts of the unit, in ticks of its track
   */
  record After(int track, long dts) implements LinkRecord {
    public After {
      checkRange("track", track, 0, 255);
    }
  }

  /** It is decided what is cut up to this decoding time, 90 kHz, included: lines have told it. */
  record Settled(long dts90k) implements LinkRecord {}

  /**
   * A segment is whole in all tracks.
   *
   * @param begun its line of the ledger
   * @param end90k where the next one begins, or its media end
   * @param tracks that it has
   */
  record Segment(Bytes begun, long end90k, List<LinkSegment> tracks) implements LinkRecord {
    public Segment {
      tracks = List.copyOf(tracks);
      checkRange("size of line", begun.size(), 1, MAX_LINE);
      checkRange("end90k", end90k, 0, Long.MAX_VALUE);
      checkRange("tracks", tracks.size(), 0, MAX_TRACKS);
    }
  }

  /** The source is still there. */
  record Beat(long utcMs) implements LinkRecord {}

  /** Nothing more comes, for this reason. */
  record End(String reason) implements LinkRecord {}

  /**
   * A stream of the catalogue is there, or has changed.
   *
   * @param live whether somebody delivers it
   * @param viewers how many watch it at the source
   */
  record Listed(String name, boolean live, int viewers) implements LinkRecord {}

  /** A stream of the catalogue has gone. */
  record Gone(String name) implements LinkRecord {}

  /** Something that this version does not know. */
  record Unknown(int type, int sizeBytes) implements LinkRecord {}

  /** Appends it. The payload of a unit stays the caller's, its indexes stay as they are. */
  default void write(ByteBuf out) {
    int start = out.writerIndex();
    out.writeByte(type()).writeMedium(0);
    switch (this) {
      case Greeting(int version, int features, int packager, long utcMs) ->
          out.writeByte(version).writeInt(features).writeShort(packager).writeLong(utcMs);
      case Cutting(boolean segments, int period, int max, int part) ->
          out.writeByte(segments ? 1 : 0).writeInt(period).writeInt(max).writeInt(part);
      case UpToDate _ -> {}
      case Tracks(Bytes metadata, List<LinkTrack> tracks) -> {
        out.writeShort(metadata.size());
        metadata.writeTo(out);
        out.writeByte(tracks.size());
        tracks.forEach(track -> track.write(out));
      }
      case Unit unit -> writeUnit(unit, out);
      case Line(Bytes line) -> line.writeTo(out);
      case After(int track, long dts) -> out.writeByte(track).writeLong(dts);
      case Settled(long dts90k) -> out.writeLong(dts90k);
      case Segment(Bytes begun, long end90k, List<LinkSegment> tracks) -> {
        out.writeShort(begun.size());
        begun.writeTo(out);
        out.writeLong(end90k).writeByte(tracks.size());
        tracks.forEach(track -> track.write(out));
      }
      case Beat(long utcMs) -> out.writeLong(utcMs);
      case End(String reason) -> LinkText.write(out, reason, MAX_NAME);
      case Listed(String name, boolean live, int viewers) -> {
        LinkText.write(out, name, MAX_NAME);
        out.writeByte(live ? 1 : 0).writeInt(viewers);
      }
      case Gone(String name) -> LinkText.write(out, name, MAX_NAME);
      case Unknown(int _, int sizeBytes) -> out.writeZero(sizeBytes);
    }
    int size = out.writerIndex() - start - HEADER_SIZE;
    checkRange("size of body", size, 0, limit(type()));
    out.setMedium(start + 1, size);
  }

  private static void writeUnit(Unit unit, ByteBuf out) {
    out.writeByte(unit.track).writeByte(unit.randomAccess ? 1 : 0).writeInt(unit.ordinal);
    out.writeLong(unit.dts).writeLong(unit.pts);
    out.writeBytes(unit.payload, unit.payload.readerIndex(), unit.payload.readableBytes());
  }

  /** Bytes that a unit with so large a payload takes. */
  static int unitSize(int payloadBytes) {
    return HEADER_SIZE + UNIT_HEAD + payloadBytes;
  }

  private int type() {
    return switch (this) {
      case Greeting _ -> 1;
      case Cutting _ -> 2;
      case UpToDate _ -> 3;
      case Tracks _ -> 4;
      case Unit _ -> 5;
      case Line _ -> 6;
      case Settled _ -> 7;
      case Segment _ -> 8;
      case Beat _ -> 9;
      case End _ -> 10;
      case Listed _ -> 11;
      case Gone _ -> 12;
      case After _ -> 13;
      case Unknown(int type, int _) -> type;
    };
  }

  private static int limit(int type) {
    return type == 5 ? MAX_UNIT_BODY : MAX_BODY;
  }

  /**
   * Reads one; returns null and consumes nothing when {@code in} ends too early.
   *
   * @param allocator makes the payload of a unit, which is the caller's
   * @throws MalformedException when it is none
   */
  static @Nullable LinkRecord read(ByteBuf in, ByteBufAllocator allocator) {
    if (in.readableBytes() < HEADER_SIZE) {
      return null;
    }
    int start = in.readerIndex();
    int type = in.getUnsignedByte(start);
    int size = in.getUnsignedMedium(start + 1);
    if (size > limit(type)) {
      throw new MalformedException(
          "a record of type %d with %d bytes; allowed are %d".formatted(type, size, limit(type)));
    }
    if (in.readableBytes() < HEADER_SIZE + size) {
      return null;
    }
    LinkRecord record = body(type, in.slice(start + HEADER_SIZE, size), allocator);
    in.skipBytes(HEADER_SIZE + size);
    return record;
  }

  private static LinkRecord body(int type, ByteBuf in, ByteBufAllocator allocator) {
    try {
      // what a later version has added at the end of a body is passed over
      return switch (type) {
        case 1 ->
            new Greeting(
                in.readUnsignedByte(), in.readInt(), in.readUnsignedShort(), in.readLong());
        case 2 -> new Cutting(in.readUnsignedByte() != 0, in.readInt(), in.readInt(), in.readInt());
        case 3 -> new UpToDate();
        case 4 -> tracks(in);
        case 5 -> unit(in, allocator);
        case 6 -> new Line(Bytes.copyOf(in));
        case 7 -> new Settled(in.readLong());
        case 8 -> segment(in);
        case 9 -> new Beat(in.readLong());
        case 10 -> new End(LinkText.read(in, MAX_NAME));
        case 11 ->
            new Listed(LinkText.read(in, MAX_NAME), in.readUnsignedByte() != 0, in.readInt());
        case 12 -> new Gone(LinkText.read(in, MAX_NAME));
        case 13 -> new After(in.readUnsignedByte(), in.readLong());
        default -> new Unknown(type, in.readableBytes());
      };
    } catch (IndexOutOfBoundsException | IllegalArgumentException wrong) {
      throw new MalformedException(
          "a record of type %d: %s".formatted(type, String.valueOf(wrong.getMessage())));
    }
  }

  private static Tracks tracks(ByteBuf in) {
    Bytes metadata = Bytes.copyOf(in.readSlice(in.readUnsignedShort()));
    int count = checkRange("tracks", in.readUnsignedByte(), 0, MAX_TRACKS);
    List<LinkTrack> tracks = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      tracks.add(LinkTrack.read(in));
    }
    return new Tracks(metadata, tracks);
  }

  private static Segment segment(ByteBuf in) {
    Bytes begun = Bytes.copyOf(in.readSlice(in.readUnsignedShort()));
    long end90k = in.readLong();
    int count = checkRange("tracks", in.readUnsignedByte(), 0, MAX_TRACKS);
    List<LinkSegment> tracks = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      tracks.add(LinkSegment.read(in));
    }
    return new Segment(begun, end90k, tracks);
  }

  private static Unit unit(ByteBuf in, ByteBufAllocator allocator) {
    int track = in.readUnsignedByte();
    boolean randomAccess = (in.readUnsignedByte() & 1) != 0;
    int ordinal = in.readInt();
    long dts = checkRange("dts", in.readLong(), 0, Long.MAX_VALUE);
    long pts = checkRange("pts", in.readLong(), 0, Long.MAX_VALUE);
    int size = in.readableBytes();
    ByteBuf payload = allocator.buffer(size, Math.max(1, size)).writeBytes(in);
    return new Unit(track, randomAccess, ordinal, dts, pts, payload);
  }
}
