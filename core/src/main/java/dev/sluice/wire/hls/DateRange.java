package dev.sluice.wire.hls;

import dev.sluice.wire.Bytes;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of time with attributes, an advertisement say (RFC 8216bis, section 4.4.5.1).
 *
 * @param id names it; the same in all playlists
 * @param classId null when there is none
 * @param cue {@code PRE}, {@code POST}, {@code ONCE}, as a list; null when there is none
 * @param startNs where it begins, UTC
 * @param endNs where it ends, UTC; {@link #UNKNOWN} when it is not said
 * @param durationNs {@link #UNKNOWN} when it is not said
 * @param plannedDurationNs {@link #UNKNOWN} when it is not said
 * @param endOnNext whether it ends where the next one of its class begins
 * @param scte35Command a whole splice_info_section; null when there is none
 * @param scte35Out the one that begins it
 * @param scte35In the one that ends it
 * @param ofClient attributes X-…, with quotation marks where they have some
 */
public record DateRange(
    String id,
    @Nullable String classId,
    @Nullable String cue,
    long startNs,
    long endNs,
    long durationNs,
    long plannedDurationNs,
    boolean endOnNext,
    @Nullable Bytes scte35Command,
    @Nullable Bytes scte35Out,
    @Nullable Bytes scte35In,
    Map<String, String> ofClient) {
  /** Not said. */
  public static final long UNKNOWN = -1;

  private static final String CLIENT = "X-";

  static DateRange read(AttributeList attributes) {
    Map<String, String> ofClient = new LinkedHashMap<>();
    attributes
        .values()
        .forEach((name, value) -> {
          if (name.startsWith(CLIENT)) {
            ofClient.put(name, value);
          }
        });
    String end = attributes.quoted("END-DATE");
    return new DateRange(
        attributes.requiredQuoted("ID"),
        attributes.quoted("CLASS"),
        attributes.quoted("CUE"),
        Dates.read("START-DATE", attributes.requiredQuoted("START-DATE")),
        end == null ? UNKNOWN : Dates.read("END-DATE", end),
        attributes.seconds("DURATION", UNKNOWN),
        attributes.seconds("PLANNED-DURATION", UNKNOWN),
        attributes.yes("END-ON-NEXT"),
        attributes.hexadecimal("SCTE35-CMD"),
        attributes.hexadecimal("SCTE35-OUT"),
        attributes.hexadecimal("SCTE35-IN"),
        ofClient);
  }

  void write(StringBuilder out) {
    var attributes =
        new AttributeList.Writer(out.append("#EXT-X-DATERANGE:"))
            .quoted("ID", id)
            .quoted("CLASS", classId)
            .quoted("CUE", cue)
            .quoted("START-DATE", Dates.text(startNs))
            .quoted("END-DATE", endNs == UNKNOWN ? null : Dates.text(endNs));
    if (durationNs != UNKNOWN) {
      attributes.seconds("DURATION", durationNs);
    }
    if (plannedDurationNs != UNKNOWN) {
      attributes.seconds("PLANNED-DURATION", plannedDurationNs);
    }
    attributes
        .hexadecimal("SCTE35-CMD", scte35Command)
        .hexadecimal("SCTE35-OUT", scte35Out)
        .hexadecimal("SCTE35-IN", scte35In)
        .yes("END-ON-NEXT", endOnNext);
    ofClient.forEach(attributes::text);
    out.append('\n');
  }
}
