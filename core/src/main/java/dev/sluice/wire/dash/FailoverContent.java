package dev.sluice.wire.dash;

import static dev.sluice.wire.Checks.checkRange;

import java.util.List;

/**
 * Stretches of a representation that are not what they should be (ISO/IEC 23009-1, section
 * 5.3.9.7).
 *
 * @param valid whether there are segments all the same, with other content in place
 * @param stretches in order
 */
public record FailoverContent(boolean valid, List<Stretch> stretches) {
  public FailoverContent {
    stretches = List.copyOf(stretches);
  }

  /**
   * One of them ({@code FCS}).
   *
   * @param t ticks of presentation time at which it begins
   * @param d ticks; {@link Mpd#UNSET} to the end
   */
  public record Stretch(long t, long d) {
    public Stretch {
      checkRange("t", t, 0, Long.MAX_VALUE);
    }

    static Stretch read(XmlElement element) {
      return new Stretch(element.requiredInteger("t", 0), element.integer("d", Mpd.UNSET));
    }
  }

  static FailoverContent read(XmlElement element) {
    Boolean valid = element.parsed("valid", XmlValues::bool);
    return new FailoverContent(valid == null || valid, element.all("FCS", Stretch::read));
  }

  void write(XmlWriter out) {
    out.open("FailoverContent").attribute("valid", valid ? null : "false");
    for (Stretch stretch : stretches) {
      out.open("FCS").integer("t", stretch.t).integer("d", stretch.d).close();
    }
    out.close();
  }
}
