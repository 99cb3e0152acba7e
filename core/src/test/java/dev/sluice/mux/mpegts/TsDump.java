package dev.sluice.mux.mpegts;

import dev.sluice.media.SourceUnit;
import dev.sluice.media.Track;
import dev.sluice.mux.SourceOutput;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;

/** Writes down what a demuxer gives, one line each, and releases it. */
final class TsDump implements SourceOutput, TsListener {
  private final StringBuilder text = new StringBuilder();
  final List<Track> tracks = new ArrayList<>();
  final List<SourceUnit> units = new ArrayList<>();
  final List<Bytes> payloads = new ArrayList<>();
  final List<TsProgram> programs = new ArrayList<>();
  final List<Long> clocks = new ArrayList<>();

  @Override
  public void track(Track track) {
    tracks.add(track);
    text.append(
        "track %d %s %s %d Hz%s configuration %s%n"
            .formatted(
                track.id(),
                track.kind().name().toLowerCase(Locale.ROOT),
                track.label(),
                track.timescale().ticksPerSecond(),
                track.language().isEmpty() ? "" : " " + track.language(),
                track.configuration()));
  }

  @Override
  public void unit(SourceUnit unit) {
    units.add(unit);
    payloads.add(Bytes.of(ByteBufUtil.getBytes(unit.payload())));
    text.append(
        "%d dts %d offset %d%s %d B crc %08X%n"
            .formatted(
                unit.track().id(),
                unit.dts(),
                unit.compositionOffset(),
                unit.randomAccess() ? " ra" : "",
                unit.payload().readableBytes(),
                crc(unit.payload())));
    unit.payload().release();
  }

  @Override
  public void metadata(Bytes message) {
    throw new AssertionError("a transport stream has no metadata of this kind");
  }

  @Override
  public void program(TsProgram program) {
    programs.add(program);
    text.append(
        "program %d pmt %d pcr %d%n"
            .formatted(program.number(), program.mapPid(), program.pcrPid()));
    for (TsProgram.Stream stream : program.streams()) {
      text.append(
          "  pid %d type 0x%02X track %d: %s%n"
              .formatted(stream.pid(), stream.type(), stream.trackId(), stream.description()));
    }
  }

  @Override
  public void programGone(int number) {
    text.append("program %d gone%n".formatted(number));
  }

  @Override
  public void pcr(int pid, long pcr, long position, boolean discontinuity) {
    clocks.add(pcr);
  }

  /** The lines so far. */
  String text() {
    return text.toString();
  }

  /** How many units there are of the track with this ID. */
  long count(int trackId) {
    return units.stream().filter(unit -> unit.track().id() == trackId).count();
  }

  private static long crc(ByteBuf payload) {
    CRC32 crc = new CRC32();
    crc.update(payload.nioBuffer());
    return crc.getValue();
  }
}
