package dev.sluice.testkit.dash;

import dev.sluice.testkit.dash.MpdText.Track;
import java.util.ArrayList;
import java.util.List;

/** Reference times of producers. */
final class Producer {
  private Producer() {}

  /** Those that apply to a representation. */
  static List<Element> of(Track track) {
    List<Element> all = new ArrayList<>(track.set.all("ProducerReferenceTime"));
    all.addAll(track.element.all("ProducerReferenceTime"));
    return all;
  }

  /** UTC of production less the presentation's own UTC, for a time of the media. */
  static long leadNs(MpdText mpd, Track track, long producedUtcNs, long presentationTime) {
    return producedUtcNs - mpd.startUtcNs() - track.presentedNs(presentationTime);
  }
}
