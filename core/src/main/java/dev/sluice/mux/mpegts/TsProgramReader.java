package dev.sluice.mux.mpegts;

import dev.sluice.media.Codec;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.mpegts.PacketHeader;
import dev.sluice.wire.mpegts.ProgramMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One program: follows its PMT. A stream whose entry stays as it is goes on through a new version
 * as if nothing had happened.
 */
final class TsProgramReader {
  private final int number;
  private final int mapPid;
  private final TsPids pids;
  private final TsStreams factory;
  private final TsClock clock = new TsClock();

  /** The streams that are read, by PID. */
  private final Map<Integer, Stream> streams = new HashMap<>();

  private Bytes lastMap = Bytes.EMPTY;
  private int pcrPid = PacketHeader.NULL_PID;
  private @Nullable TsProgram report;

  private record Stream(StreamKind kind, Codec codec, int trackId) {}

  TsProgramReader(int number, int mapPid, TsPids pids) {
    this.number = number;
    this.mapPid = mapPid;
    this.pids = pids;
    this.factory = new TsStreams(pids.context());
  }

  int number() {
    return number;
  }

  int mapPid() {
    return mapPid;
  }

  int pcrPid() {
    return pcrPid;
  }

  TsClock clock() {
    return clock;
  }

  /** What there is; null before the first PMT. */
  @Nullable TsProgram report() {
    return report;
  }

  /** Whether this section was the last one; a PMT is repeated many times a second. */
  boolean isLast(Bytes section) {
    return section.equals(lastMap);
  }

  /** Takes another PMT. */
  void map(ProgramMap map, Bytes section) {
    lastMap = section;
    Map<Integer, StreamKind> kinds = new LinkedHashMap<>();
    for (ProgramMap.Stream stream : map.streams()) {
      kinds.putIfAbsent(stream.pid(), StreamKind.of(stream, map.descriptors()));
    }
    for (int pid : List.copyOf(streams.keySet())) {
      Stream known = streams.get(pid);
      if (known != null && !known.kind.equals(kinds.get(pid))) {
        stop(pid, known);
      }
    }
    stopClock();
    Map<Integer, String> refused = new HashMap<>();
    kinds.entrySet().stream()
        .sorted((one, other) -> one.getValue().shape().compareTo(other.getValue().shape()))
        .filter(each -> !streams.containsKey(each.getKey()))
        .forEach(each -> start(map, each.getKey(), each.getValue(), refused));
    pcrPid = map.pcrPid();
    pids.openClock(pcrPid);
    report = report(map, kinds, refused);
    pids.context().listener().program(report);
  }

  /** The program is no longer read. */
  void leave() {
    for (int pid : List.copyOf(streams.keySet())) {
      Stream known = streams.get(pid);
      if (known != null) {
        stop(pid, known);
      }
    }
    stopClock();
    if (report != null) {
      pids.context().listener().programGone(number);
    }
  }

  private void start(ProgramMap map, int pid, StreamKind kind, Map<Integer, String> refused) {
    Codec codec = kind.codec();
    if (codec == null) {
      return;
    }
    if (pid < PacketHeader.FIRST_FREE_PID || pids.isTaken(pid)) {
      refused.put(pid, "%s is not read: PID %d has another use".formatted(codec.label(), pid));
      return;
    }
    int trackId = pids.hasRoom() ? pids.ids().take(codec, kind.language()) : TrackIds.NONE;
    if (trackId == TrackIds.NONE) {
      pids.context().faults().add(TsFault.TOO_MANY, 1);
      refused.put(pid, codec.label() + " is not read: there are too many streams");
      return;
    }
    ProgramMap.Stream stream =
        map.streams().stream().filter(each -> each.pid() == pid).findFirst().orElseThrow();
    PidReader reader = factory.reader(stream, kind, trackId, clock);
    if (reader == null) {
      pids.ids().give(trackId, codec, kind.language());
      refused.put(pid, codec.label() + " is not read");
      return;
    }
    pids.openStream(reader);
    streams.put(pid, new Stream(kind, codec, trackId));
  }

  private void stop(int pid, Stream stream) {
    streams.remove(pid);
    pids.closeStream(pid);
    pids.ids().give(stream.trackId, stream.codec, stream.kind.language());
  }

  private void stopClock() {
    pids.closeClock(pcrPid);
    pcrPid = PacketHeader.NULL_PID;
  }

  private TsProgram report(
      ProgramMap map, Map<Integer, StreamKind> kinds, Map<Integer, String> refused) {
    List<TsProgram.Stream> listed = new ArrayList<>();
    for (ProgramMap.Stream stream : map.streams()) {
      StreamKind kind = kinds.get(stream.pid());
      Stream known = streams.get(stream.pid());
      if (kind != null) {
        listed.add(
            new TsProgram.Stream(
                stream.pid(),
                stream.type(),
                known == null ? null : known.codec,
                known == null ? TrackIds.NONE : known.trackId,
                refused.getOrDefault(stream.pid(), kind.description())));
      }
    }
    return new TsProgram(number, mapPid, map.pcrPid(), listed);
  }
}
