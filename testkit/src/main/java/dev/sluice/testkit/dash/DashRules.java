package dev.sluice.testkit.dash;

import dev.sluice.testkit.rules.Faults;
import dev.sluice.testkit.rules.Finding;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.xml.sax.SAXException;

/**
 * Judges what one client of a live presentation was sent.
 *
 * <ol>
 *   <li>{@link #description}: each load, in the order of the answers
 *   <li>{@link #fetch}: segments and init segments between them, as many as the client likes
 *   <li>{@link #hole}: each stretch for which the server got nothing, or of which it lost what it
 *       got
 *   <li>{@link #restarted}: whenever its process died
 *   <li>{@link #end}: once; it judges what needs all of it
 * </ol>
 *
 * <p>Nothing is thrown for what a server does; what cannot be taken apart is a finding. Segments
 * are looked at where they stand in timelines; templates that count by a duration alone are not
 * expanded.
 */
public final class DashRules {
  /** Findings of one rule that are kept; a server that breaks it breaks it with every load. */
  public static final int MAX_FINDINGS_OF_A_RULE = 20;

  private final DashSession session = new DashSession();
  private final List<Finding> findings = new ArrayList<>();
  private final Map<DashRule, Integer> counts = new EnumMap<>(DashRule.class);

  private boolean restarted;

  /** A client that knows nothing yet. */
  public DashRules() {}

  /** Takes a load of the description. */
  public void description(MpdLoad load) {
    MpdText text;
    try {
      text = MpdText.of(load);
    } catch (SAXException broken) {
      faults(DashRule.WELL_FORMED, load.where()).add(String.valueOf(broken.getMessage()));
      return;
    }
    for (DashRule rule : DashRule.values()) {
      Faults faults = faults(rule, load.where());
      if (rule.textCheck != null) {
        rule.textCheck.check(text, faults);
      }
      boolean lost = restarted && rule == DashRule.FRONT;
      if (rule.updateCheck != null && session.mpd != null && !lost) {
        rule.updateCheck.check(session.mpd, text, faults);
      }
    }
    restarted = false;
    session.take(text);
  }

  /**
   * The server was started anew: what it held in memory is lost, so that the next description may
   * lose in front what has not left the buffer.
   */
  public void restarted() {
    restarted = true;
  }

  /** Takes an answer for a segment or an init segment. */
  public void fetch(SegmentFetch fetch) {
    for (DashRule rule : DashRule.values()) {
      if (rule.fetchCheck != null) {
        rule.fetchCheck.check(session, fetch, faults(rule, fetch.uri()));
      }
    }
    if (fetch.status() == 200) {
      session.take(fetch);
    }
  }

  /**
   * Takes a stretch for which the server got nothing, so that gaps in it are right.
   *
   * @param fromNs from the start of the presentation, availabilityStartTime
   * @param toNs where it ends
   */
  public void hole(long fromNs, long toNs) {
    session.hole(fromNs, toNs);
  }

  /** Judges what needs all of it, and returns everything that was found. */
  public List<Finding> end() {
    for (DashRule rule : DashRule.values()) {
      if (rule.endCheck != null) {
        rule.endCheck.check(session, faults(rule, "all of it"));
      }
    }
    return findings();
  }

  /** What was found until now, in that order; of each rule the first few. */
  public List<Finding> findings() {
    return List.copyOf(findings);
  }

  private Faults faults(DashRule rule, String where) {
    return what -> {
      if (counts.merge(rule, 1, Integer::sum) <= MAX_FINDINGS_OF_A_RULE) {
        findings.add(new Finding(rule, where, what));
      }
    };
  }
}
