package dev.sluice.wire.dash;

import dev.sluice.wire.MalformedException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * When a moment of the media was produced (ISO/IEC 23009-1, section 5.12).
 *
 * @param id services refer to it; {@link Mpd#UNSET} when there is none
 * @param type which moment of the production it is
 * @param wallClockNs UTC of it
 * @param presentationTime the moment of the media, in ticks of the segments' timescale
 * @param inband whether the segments have it too, as {@code prft} boxes
 * @param clock by which it was read; null when it is not said
 */
public record ProducerReferenceTime(
    long id,
    Type type,
    long wallClockNs,
    long presentationTime,
    boolean inband,
    @Nullable Descriptor clock) {

  /** Moments of the production. */
  public enum Type {
    /** It went into the encoder; what is meant when nothing is said. */
    ENCODER,
    /** It was captured. */
    CAPTURED,
    /** Something that an application knows. */
    APPLICATION;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Type of(String text) {
      for (Type type : values()) {
        if (type.text().equals(text)) {
          return type;
        }
      }
      throw new MalformedException("no kind of reference time: " + text);
    }
  }

  static ProducerReferenceTime read(XmlElement element) {
    element.requiredString("wallClockTime");
    Type type = element.parsed("type", Type::of);
    return new ProducerReferenceTime(
        element.integer("id", Mpd.UNSET),
        type == null ? Type.ENCODER : type,
        element.date("wallClockTime"),
        element.requiredInteger("presentationTime", 0),
        element.yes("inband"),
        element.only("UTCTiming", Descriptor::read));
  }

  void write(XmlWriter out) {
    out.open("ProducerReferenceTime")
        .integer("id", id)
        .attribute("type", type.text())
        .date("wallClockTime", wallClockNs)
        .integer("presentationTime", presentationTime)
        .yes("inband", inband);
    if (clock != null) {
      clock.write("UTCTiming", out);
    }
    out.close();
  }
}
