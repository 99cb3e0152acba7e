package dev.sluice.hub;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Track;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * A form that people can read: {@code P;} once, {@code H1;} headers of revision 1, {@code M0A;}
 * metadata, {@code K0}, {@code V40}, {@code A20} units with their milliseconds, each ending in
 * {@code ;}.
 */
record TextForm(String key) implements Form {
  @Override
  public void preamble(Configuration configuration, ByteBuf out) {
    put(out, "P;");
  }

  @Override
  public Muxer muxer(long zeroMs) {
    return new Muxer() {
      private String text(AccessUnit unit) {
        String kind = unit.track().kind() == Track.Kind.AUDIO ? "A" : unit.startsGop() ? "K" : "V";
        return kind + (unit.dts90k() / 90 - zeroMs) + ";";
      }

      @Override
      public int size(AccessUnit unit) {
        return text(unit).length();
      }

      @Override
      public void write(AccessUnit unit, ByteBuf out) {
        put(out, text(unit));
      }

      @Override
      public void headers(Configuration configuration, long atMs, ByteBuf out) {
        put(out, "H" + configuration.revision() + ";");
        metadata(configuration, atMs, out);
      }

      @Override
      public void metadata(Configuration configuration, long atMs, ByteBuf out) {
        if (configuration.metadata().size() > 0) {
          put(out, "M" + configuration.metadata() + ";");
        }
      }
    };
  }

  private static void put(ByteBuf out, String text) {
    out.writeCharSequence(text, StandardCharsets.US_ASCII);
  }
}
