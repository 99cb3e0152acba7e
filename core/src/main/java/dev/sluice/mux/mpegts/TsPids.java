package dev.sluice.mux.mpegts;

import dev.sluice.wire.mpegts.PacketHeader;
import dev.sluice.wire.mpegts.Section;
import dev.sluice.wire.mpegts.SectionAssembler;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Who reads which PID. */
final class TsPids {
  private final TsContext context;
  private final @Nullable PidReader[] readers = new PidReader[PacketHeader.NULL_PID + 1];
  private final TrackIds ids = new TrackIds();
  private int streams;

  TsPids(TsContext context) {
    this.context = context;
  }

  TsContext context() {
    return context;
  }

  /** IDs of the tracks of all programs. */
  TrackIds ids() {
    return ids;
  }

  @Nullable PidReader reader(int pid) {
    return readers[pid];
  }

  /** Whether somebody reads more than a clock on this PID, or nobody can. */
  boolean isTaken(int pid) {
    PidReader reader = readers[pid];
    return pid == PacketHeader.NULL_PID || reader != null && !(reader instanceof ClockPid);
  }

  /** Reads tables of a PID that is not taken. */
  void openTables(int pid, SectionAssembler.Output output) {
    readers[pid] =
        new SectionPid(pid, context.faults(), context.listener(), Section.MAX_PSI_SIZE, output);
  }

  /** Reads a stream. */
  void openStream(PidReader reader) {
    reader.clock(readers[reader.pid()] instanceof ClockPid);
    readers[reader.pid()] = reader;
    streams++;
  }

  /** Whether there may be another stream. */
  boolean hasRoom() {
    return streams < context.settings().maxStreams();
  }

  /** A stream has ended: what is whole of it is handed on. */
  void closeStream(int pid) {
    PidReader reader = readers[pid];
    if (reader != null) {
      readers[pid] = null;
      streams--;
      reader.end();
      reader.close();
    }
  }

  /** Nobody reads tables here any more. */
  void closeTables(int pid) {
    readers[pid] = null;
  }

  /** A program's clock comes on this PID. */
  void openClock(int pid) {
    PidReader reader = readers[pid];
    if (reader != null) {
      reader.clock(true);
    } else if (pid != PacketHeader.NULL_PID) {
      readers[pid] = new ClockPid(pid, context.faults(), context.listener());
    }
  }

  /** No program's clock comes on this PID any more. */
  void closeClock(int pid) {
    PidReader reader = readers[pid];
    if (reader instanceof ClockPid) {
      readers[pid] = null;
    } else if (reader != null) {
      reader.clock(false);
    }
  }

  /** Calls each reader. */
  void forEach(Consumer<PidReader> action) {
    for (PidReader reader : readers) {
      if (reader != null) {
        action.accept(reader);
      }
    }
  }
}
