package dev.sluice.hub.segments;

import dev.sluice.hub.Configuration;
import dev.sluice.hub.Form;
import dev.sluice.media.AccessUnit;
import dev.sluice.media.Track;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The form of viewers that fetch segments by themselves: nothing is sent to them. */
record FetchForm(String key) implements Form {

  @Override
  public boolean carries(Track.Kind kind) {
    return false;
  }

  @Override
  public @Nullable String objection(Configuration configuration) {
    return SegmentStream.objection(configuration);
  }

  @Override
  public @Nullable String leavesOut(Configuration configuration) {
    return SegmentStream.leavesOut(configuration);
  }

  @Override
  public Muxer muxer(long zeroMs) {
    return new Muxer() {
      @Override
      public int size(AccessUnit unit) {
        return 0;
      }

      @Override
      public void write(AccessUnit unit, ByteBuf out) {
        throw new IllegalStateException("there is nothing to write");
      }

      @Override
      public void headers(Configuration configuration, long atMs, ByteBuf out) {}
    };
  }
}
