package dev.sluice.wire.mpegts;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/**
 * What a program consists of (PMT, section 2.4.4.8); always one section.
 *
 * @param programNumber 1 to 65 535
 * @param version 0 to 31
 * @param current whether it holds now
 * @param pcrPid the PID that carries the program's clock; {@link PacketHeader#NULL_PID} for none
 * @param descriptors of the program
 * @param streams in the order of the section
 */
public record ProgramMap(
    int programNumber,
    int version,
    boolean current,
    int pcrPid,
    List<Descriptor> descriptors,
    List<Stream> streams) {

  /** table_id. */
  public static final int TABLE_ID = 2;

  private static final int HEADER_SIZE = 4;

  /**
   * One elementary stream.
   *
   * @param type stream_type, see {@link StreamType}
   * @param pid where it comes
   * @param descriptors in order
   */
  public record Stream(int type, int pid, List<Descriptor> descriptors) {
    private static final int HEADER_SIZE = 5;

    public Stream {
      checkRange("stream type", type, 0, 255);
      checkRange("elementary PID", pid, 0, PacketHeader.NULL_PID);
      descriptors = List.copyOf(descriptors);
    }

    /** Bytes in the section. */
    public int size() {
      return HEADER_SIZE + Descriptor.size(descriptors);
    }
  }

  public ProgramMap {
    checkRange("program number", programNumber, 1, 65_535);
    checkRange("PCR PID", pcrPid, 0, PacketHeader.NULL_PID);
    descriptors = List.copyOf(descriptors);
    streams = List.copyOf(streams);
    checkRange("size of a PMT", bodySize(descriptors, streams), 0, Section.MAX_PSI_BODY);
  }

  /** Bytes of the section's body; at most {@link Section#MAX_PSI_BODY} are allowed. */
  public static int bodySize(List<Descriptor> descriptors, List<Stream> streams) {
    int size = HEADER_SIZE + Descriptor.size(descriptors);
    for (Stream stream : streams) {
      size += stream.size();
    }
    return size;
  }

  /**
   * Takes the section apart.
   *
   * @throws MalformedException when it is none of this table, is longer than allowed, or its loops
   *     reach past its end
   */
  public static ProgramMap of(Section section) {
    if (section.tableId() != TABLE_ID) {
      throw new MalformedException("PMT of table_id " + section.tableId() + ", must be 2");
    }
    int size = section.body().size();
    if (size < HEADER_SIZE || size > Section.MAX_PSI_BODY) {
      throw new MalformedException(
          "PMT body of %d bytes, allowed is %d to %d"
              .formatted(size, HEADER_SIZE, Section.MAX_PSI_BODY));
    }
    if (section.extension() == 0) {
      throw new MalformedException("PMT of program 0, allowed is 1 to 65535");
    }
    ByteBuf in = section.body().buffer();
    int pcrPid = in.readUnsignedShort() & 0x1FFF;
    List<Descriptor> descriptors = Descriptor.readAll(in, in.readUnsignedShort() & 0xFFF);
    List<Stream> streams = new ArrayList<>();
    while (in.isReadable()) {
      if (in.readableBytes() < Stream.HEADER_SIZE) {
        throw new MalformedException("PMT ends inside the entry of a stream");
      }
      int type = in.readUnsignedByte();
      int pid = in.readUnsignedShort() & 0x1FFF;
      streams.add(new Stream(type, pid, Descriptor.readAll(in, in.readUnsignedShort() & 0xFFF)));
    }
    return new ProgramMap(
        section.extension(), section.version(), section.current(), pcrPid, descriptors, streams);
  }

  /** As a section. */
  public Section section() {
    ByteBuf body = Unpooled.buffer(bodySize(descriptors, streams));
    body.writeShort(0xE000 | pcrPid).writeShort(0xF000 | Descriptor.size(descriptors));
    descriptors.forEach(descriptor -> descriptor.write(body));
    for (Stream stream : streams) {
      body.writeByte(stream.type).writeShort(0xE000 | stream.pid);
      body.writeShort(0xF000 | Descriptor.size(stream.descriptors));
      stream.descriptors.forEach(descriptor -> descriptor.write(body));
    }
    return new Section(TABLE_ID, programNumber, version, current, 0, 0, Bytes.copyOf(body));
  }
}
