package dev.sluice.node.config;

import dev.sluice.hub.source.Delivery;
import dev.sluice.hub.source.Seat;
import org.jspecify.annotations.Nullable;

/** One source of a stream. */
public record SourceSettings(
    @Key(
            doc =
                "What it is. `publish`: whoever publishes the stream. `rtmp://…`: it is fetched"
                    + " from another server. `file:…`: a file is played; `playlist:…`: the files"
                    + " that a text file lists, a line each. `test:`: a generated picture and"
                    + " sound.")
        @Nullable SourceInput input,
    @Key(
            doc =
                "The lower the better. Sources of the same priority take nothing back from one"
                    + " another. Absent: its place in the list, from 0.",
            min = "0",
            max = "1000")
        @Nullable Integer priority,
    @Key(
            doc = "What a source does that the server starts itself while a better one delivers.",
            byDefault = "hot")
        Standby standby,
    @Key(
            doc =
                "For `publish`: what a publisher gives as `key` or `token` to be this source; it"
                    + " needs no other token then. Absent: whoever may publish and gives no key.")
        @Nullable Secret key,
    @Key(
            doc = "For `file` and `playlist`: whether they begin again at their end.",
            byDefault = "true")
        boolean loop) {

  /** What a pull does while a better source delivers. */
  public enum Standby {
    @Choice(doc = "it runs, and can take over with its next key frame")
    HOT,
    @Choice(doc = "it is started when all better ones have failed")
    COLD
  }

  /** What a job delivers; null when it is for somebody to publish. */
  @Nullable Delivery delivery() {
    return input == null || input.kind() == SourceInput.Kind.PUBLISH
        ? null
        : new Delivered.Listed(input, loop);
  }

  /** Its seat, {@code place} being its place in the list. */
  Seat seat(int place) {
    int rank = priority == null ? place : priority;
    if (input == null || input.kind() == SourceInput.Kind.PUBLISH) {
      return Seat.publish(rank);
    }
    return Seat.pull(
        rank,
        switch (standby) {
          case HOT -> Seat.Standby.HOT;
          case COLD -> Seat.Standby.COLD;
        });
  }
}
