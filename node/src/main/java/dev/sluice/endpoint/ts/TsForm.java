package dev.sluice.endpoint.ts;

import dev.sluice.hub.Configuration;
import dev.sluice.hub.Form;
import dev.sluice.media.AccessUnit;
import dev.sluice.media.MediaChoice;
import dev.sluice.media.Track;
import dev.sluice.mux.mpegts.TsMuxer;
import io.netty.buffer.ByteBuf;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A stream as a transport stream without end, of one program. Times are UTC in 90 kHz, modulo 2³³,
 * whatever the stream's own zero is.
 *
 * <p>A block that begins with a random access point begins with the tables, and where there is only
 * sound they come every 100 ms. So no headers are put before what a viewer begins with, and the
 * counters of all packets go on without a break.
 *
 * @param choice which tracks are in it
 */
public record TsForm(MediaChoice choice) implements Form {

  @Override
  public String key() {
    return "ts/" + choice.key();
  }

  @Override
  public Muxer muxer(long zeroMs) {
    return new Packets(choice);
  }

  @Override
  public boolean carries(Track.Kind kind) {
    return choice.includes(kind);
  }

  /** A picture, or a sound where there is no picture, must be there; the rest is left out. */
  @Override
  public @Nullable String objection(Configuration configuration) {
    List<Track> missing = missing(configuration);
    if (missing.isEmpty()) {
      return null;
    }
    Track first = missing.getFirst(); // a picture, where one is missing
    boolean carried =
        configuration.tracks().stream()
            .filter(track -> wants(track) && TsMuxer.carries(track))
            .anyMatch(track -> track.kind().compareTo(first.kind()) <= 0);
    return carried ? null : sentence(first);
  }

  @Override
  public @Nullable String leavesOut(Configuration configuration) {
    List<Track> missing = missing(configuration);
    return missing.isEmpty()
        ? null
        : missing.stream().map(TsForm::sentence).collect(Collectors.joining("; "));
  }

  private boolean wants(Track track) {
    return track.kind() != Track.Kind.DATA && choice.includes(track.kind());
  }

  /** Pictures and sound that are wanted and cannot be carried, pictures first. */
  private List<Track> missing(Configuration configuration) {
    return configuration.tracks().stream()
        .filter(track -> wants(track) && !TsMuxer.carries(track))
        .sorted(Comparator.comparing(Track::kind))
        .toList();
  }

  private static String sentence(Track track) {
    String kind = track.kind() == Track.Kind.VIDEO ? "video" : "audio";
    return "the " + kind + " is " + track.label() + ", which a transport stream does not carry";
  }

  /** The muxer of one feed. */
  private static final class Packets implements Muxer {
    private final MediaChoice choice;
    private final TsMuxer muxer = new TsMuxer();

    Packets(MediaChoice choice) {
      this.choice = choice;
    }

    @Override
    public void configure(Configuration configuration) {
      muxer.configure(
          configuration.tracks().stream().filter(track -> choice.includes(track.kind())).toList());
    }

    @Override
    public int size(AccessUnit unit) {
      return muxer.hasStream(unit.track()) ? unit.sizeBytes() : 0;
    }

    @Override
    public void write(AccessUnit unit, ByteBuf out) {
      muxer.write(List.of(unit), out);
    }

    @Override
    public int blockSize(List<AccessUnit> block) {
      return muxer.size(block);
    }

    @Override
    public void writeBlock(List<AccessUnit> block, ByteBuf out) {
      muxer.write(block, out);
    }

    @Override
    public void headers(Configuration configuration, long atMs, ByteBuf out) {}
  }
}
