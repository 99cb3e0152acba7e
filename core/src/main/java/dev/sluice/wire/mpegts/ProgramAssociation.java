package dev.sluice.wire.mpegts;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/**
 * One section of the table that says which programs there are (PAT, section 2.4.4.3).
 *
 * @param transportStreamId names the multiplex
 * @param version 0 to 31
 * @param current whether it holds now
 * @param number section_number
 * @param lastNumber last_section_number
 * @param programs in the order of the section
 */
public record ProgramAssociation(
    int transportStreamId,
    int version,
    boolean current,
    int number,
    int lastNumber,
    List<Program> programs) {

  /** table_id. */
  public static final int TABLE_ID = 0;

  /** Programs that one section can hold. */
  public static final int MAX_PROGRAMS = Section.MAX_PSI_BODY / Program.SIZE;

  /**
   * One program.
   *
   * @param number 1 to 65 535; 0 stands for the network's own table
   * @param mapPid where its {@link ProgramMap} comes
   */
  public record Program(int number, int mapPid) {
    static final int SIZE = 4;

    public Program {
      checkRange("program number", number, 0, 65_535);
      checkRange("PID of a program map", mapPid, 0, PacketHeader.NULL_PID);
    }
  }

  public ProgramAssociation {
    checkRange("number of programs", programs.size(), 0, MAX_PROGRAMS);
    programs = List.copyOf(programs);
  }

  /** One section that is the whole table. */
  public ProgramAssociation(int transportStreamId, int version, List<Program> programs) {
    this(transportStreamId, version, true, 0, 0, programs);
  }

  /**
   * Takes the section apart.
   *
   * @throws MalformedException when it is none of this table, is longer than allowed, or its body
   *     is no list of programs
   */
  public static ProgramAssociation of(Section section) {
    if (section.tableId() != TABLE_ID) {
      throw new MalformedException("PAT of table_id " + section.tableId() + ", must be 0");
    }
    int size = section.body().size();
    if (size > Section.MAX_PSI_BODY || size % Program.SIZE != 0) {
      throw new MalformedException(
          "PAT: its programs take %d bytes, allowed is a multiple of 4 up to %d"
              .formatted(size, Section.MAX_PSI_BODY));
    }
    ByteBuf in = section.body().buffer();
    List<Program> programs = new ArrayList<>(size / Program.SIZE);
    while (in.isReadable()) {
      programs.add(new Program(in.readUnsignedShort(), in.readUnsignedShort() & 0x1FFF));
    }
    return new ProgramAssociation(
        section.extension(),
        section.version(),
        section.current(),
        section.number(),
        section.lastNumber(),
        programs);
  }

  /** As a section. */
  public Section section() {
    ByteBuf body = Unpooled.buffer(programs.size() * Program.SIZE);
    for (Program program : programs) {
      body.writeShort(program.number).writeShort(0xE000 | program.mapPid);
    }
    return new Section(
        TABLE_ID, transportStreamId, version, current, number, lastNumber, Bytes.copyOf(body));
  }
}
