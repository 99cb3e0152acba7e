package dev.sluice.mux.mpegts;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.mpegts.PacketHeader;
import dev.sluice.wire.mpegts.ProgramAssociation;
import dev.sluice.wire.mpegts.ProgramMap;
import dev.sluice.wire.mpegts.Section;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Follows the PAT, and hands the PMTs to the programs that are read. */
final class TsPrograms {
  private final TsContext context;
  private final TsPids pids;
  private final Map<Integer, TsProgramReader> programs = new LinkedHashMap<>();

  /** Of a table that is repeated, the next section is read only when it differs. */
  private Bytes lastAssociation = Bytes.EMPTY;

  /** The sections of a PAT that has several, until all of one version are there. */
  private final Map<Integer, ProgramAssociation> parts = new HashMap<>();

  TsPrograms(TsPids pids) {
    this.context = pids.context();
    this.pids = pids;
    pids.openTables(PacketHeader.PAT_PID, this::association);
  }

  /** The programs that are read and whose PMT has come. */
  List<TsProgram> reports() {
    return programs.values().stream()
        .map(TsProgramReader::report)
        .filter(Objects::nonNull)
        .toList();
  }

  /** A clock reference came. */
  void clock(int pid, long pcr) {
    for (TsProgramReader program : programs.values()) {
      if (program.pcrPid() == pid) {
        program.clock().pcr(pcr);
      }
    }
  }

  /** Times begin anew. */
  void restart() {
    programs.values().forEach(program -> program.clock().restart());
  }

  private void association(ByteBuf section) {
    Bytes bytes = Bytes.copyOf(section);
    if (bytes.equals(lastAssociation)) {
      return;
    }
    ProgramAssociation table;
    try {
      table = ProgramAssociation.of(Section.read(section));
    } catch (MalformedException _) {
      context.faults().add(TsFault.BAD_SECTION, 1);
      return;
    }
    if (!table.current()) {
      return;
    }
    if (table.lastNumber() == 0) {
      parts.clear();
      lastAssociation = bytes;
      follow(table.programs());
    } else {
      lastAssociation = Bytes.EMPTY;
      collect(table);
    }
  }

  private void collect(ProgramAssociation part) {
    parts
        .values()
        .removeIf(
            other -> other.version() != part.version() || other.lastNumber() != part.lastNumber());
    if (part.number() > part.lastNumber() || part.equals(parts.put(part.number(), part))) {
      return;
    }
    if (parts.size() == part.lastNumber() + 1) {
      List<ProgramAssociation.Program> all = new ArrayList<>();
      parts.entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(each -> all.addAll(each.getValue().programs()));
      follow(all);
    }
  }

  /** Reads those of {@code listed} that are wanted, and no others. */
  private void follow(List<ProgramAssociation.Program> listed) {
    Map<Integer, Integer> wanted = wanted(listed);
    for (TsProgramReader known : List.copyOf(programs.values())) {
      if (!Objects.equals(wanted.get(known.number()), known.mapPid())) {
        leave(known);
      }
    }
    wanted.forEach((number, mapPid) -> {
      if (!programs.containsKey(number)) {
        enter(number, mapPid);
      }
    });
  }

  /** Which programs are to be read, with the PIDs of their PMTs. */
  private Map<Integer, Integer> wanted(List<ProgramAssociation.Program> listed) {
    Map<Integer, Integer> all = new LinkedHashMap<>();
    for (ProgramAssociation.Program program : listed) {
      if (program.number() != 0) { // the network's own table
        all.putIfAbsent(program.number(), program.mapPid());
      }
    }
    int choice = context.settings().program();
    if (choice == TsSettings.FIRST_PROGRAM) {
      for (TsProgramReader known : programs.values()) {
        if (all.containsKey(known.number())) {
          choice = known.number();
        }
      }
      if (choice == TsSettings.FIRST_PROGRAM && !all.isEmpty()) {
        choice = all.keySet().iterator().next();
      }
    }
    if (choice != TsSettings.ALL_PROGRAMS) {
      Integer mapPid = all.get(choice);
      return mapPid == null ? Map.of() : Map.of(choice, mapPid);
    }
    while (all.size() > TsSettings.MAX_PROGRAMS) {
      all.remove(List.copyOf(all.keySet()).getLast());
      context.faults().add(TsFault.TOO_MANY, 1);
    }
    return all;
  }

  private void enter(int number, int mapPid) {
    if (!isMap(mapPid)) {
      if (mapPid < PacketHeader.FIRST_FREE_PID || pids.isTaken(mapPid)) {
        context.faults().add(TsFault.BAD_SECTION, 1); // the PID has another use
        return;
      }
      pids.openTables(mapPid, section -> map(mapPid, section));
    }
    programs.put(number, new TsProgramReader(number, mapPid, pids));
  }

  private void leave(TsProgramReader program) {
    programs.remove(program.number());
    program.leave();
    if (!isMap(program.mapPid())) {
      pids.closeTables(program.mapPid());
    }
  }

  /** Whether the PMT of some program that is read comes on {@code pid}. */
  private boolean isMap(int pid) {
    for (TsProgramReader program : programs.values()) {
      if (program.mapPid() == pid) {
        return true;
      }
    }
    return false;
  }

  private void map(int pid, ByteBuf section) {
    if (section.getUnsignedByte(section.readerIndex()) != ProgramMap.TABLE_ID) {
      return; // another table on the same PID
    }
    Bytes bytes = Bytes.copyOf(section);
    for (TsProgramReader program : programs.values()) {
      if (program.mapPid() == pid && program.isLast(bytes)) {
        return;
      }
    }
    ProgramMap map;
    try {
      map = ProgramMap.of(Section.read(section));
    } catch (MalformedException _) {
      context.faults().add(TsFault.BAD_SECTION, 1);
      return;
    }
    TsProgramReader program = programs.get(map.programNumber());
    if (map.current() && program != null && program.mapPid() == pid) {
      program.map(map, bytes);
      // two programs may share a clock, and one of them has just let go of it
      programs.values().forEach(each -> pids.openClock(each.pcrPid()));
    }
  }
}
