package dev.sluice.mux.flv;

import dev.sluice.media.SourceUnit;
import dev.sluice.media.Track;
import dev.sluice.mux.SourceOutput;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.amf.Amf0;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;

/** Writes down what a demuxer gives, one line each, and releases it. */
final class SourceDump implements SourceOutput {
  private final StringBuilder text = new StringBuilder();
  final List<Track> tracks = new ArrayList<>();
  final List<SourceUnit> units = new ArrayList<>();
  final List<Bytes> metadata = new ArrayList<>();

  @Override
  public void track(Track track) {
    tracks.add(track);
    text.append(
        "track %d %s %s %d Hz configuration %s%n"
            .formatted(
                track.id(),
                track.kind().name().toLowerCase(Locale.ROOT),
                track.label(),
                track.timescale().ticksPerSecond(),
                track.configuration()));
  }

  @Override
  public void unit(SourceUnit unit) {
    units.add(unit);
    text.append(
        "%d dts %d offset %d%s%s %d B crc %08X%n"
            .formatted(
                unit.track().id(),
                unit.dts(),
                unit.compositionOffset(),
                unit.offsetNs() == 0 ? "" : " + %d ns".formatted(unit.offsetNs()),
                unit.randomAccess() ? " ra" : "",
                unit.payload().readableBytes(),
                crc(unit.payload())));
    unit.payload().release();
  }

  @Override
  public void metadata(Bytes message) {
    metadata.add(message);
    text.append("metadata %s%n".formatted(Amf0.readAll(message.buffer())));
  }

  /** The lines of units. */
  List<String> unitLines() {
    return text.toString().lines().filter(line -> Character.isDigit(line.charAt(0))).toList();
  }

  /** The lines so far. */
  String text() {
    return text.toString();
  }

  private static long crc(ByteBuf payload) {
    CRC32 crc = new CRC32();
    crc.update(payload.nioBuffer());
    return crc.getValue();
  }
}
