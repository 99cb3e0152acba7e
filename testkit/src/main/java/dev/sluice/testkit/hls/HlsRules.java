package dev.sluice.testkit.hls;

import dev.sluice.testkit.hls.HlsRule.Kind;
import dev.sluice.testkit.hls.Session.Step;
import dev.sluice.testkit.hls.View.Position;
import dev.sluice.testkit.rules.Faults;
import dev.sluice.testkit.rules.Finding;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Judges what one client of a live presentation was sent.
 *
 * <ol>
 *   <li>{@link #multivariant} and {@link #playlist}: each load, in the order of the answers
 *   <li>{@link #fetch}: segments, parts and init segments between them, as many as the client likes
 *   <li>{@link #end}: once; it judges what needs all of it
 * </ol>
 *
 * <p>Nothing is thrown for what a server does; what cannot be taken apart is a finding. The
 * segments that were listed are remembered, the texts are not.
 */
public final class HlsRules {
  /** Findings of one rule that are kept; a server that breaks it breaks it with every load. */
  public static final int MAX_FINDINGS_OF_A_RULE = 20;

  private final Session session = new Session();
  private final List<Finding> findings = new ArrayList<>();
  private final Map<HlsRule, Integer> counts = new EnumMap<>(HlsRule.class);

  /** A client that knows nothing yet. */
  public HlsRules() {}

  /** Takes a load of the multivariant playlist. */
  public void multivariant(Load load) {
    PlaylistText text = PlaylistText.of(load);
    judgeText(text, Kind.MULTIVARIANT);
    session.multivariant = text;
  }

  /** Takes a load of a media playlist. */
  public void playlist(Load load) {
    PlaylistText text = PlaylistText.of(load);
    judgeText(text, Kind.MEDIA);
    History history = session.history(load.uri());
    View view = new View(text, history.view);
    var step = new Step(text, view, history.view, history, session);
    for (HlsRule rule : HlsRule.values()) {
      if (rule.stepCheck != null) {
        rule.stepCheck.check(step, faults(rule, load.where()));
      }
    }
    history.take(view);
    remember(text, view);
  }

  /** Takes an answer for a segment, a part or an init segment. */
  public void fetch(Fetch fetch) {
    for (HlsRule rule : HlsRule.values()) {
      if (rule.fetchCheck != null) {
        rule.fetchCheck.check(session, fetch, faults(rule, fetch.key()));
      }
    }
    if (fetch.found()) {
      session.fetches.putIfAbsent(fetch.key(), fetch);
    }
  }

  /** Judges what needs all of it, and returns everything that was found. */
  public List<Finding> end() {
    for (HlsRule rule : HlsRule.values()) {
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

  private void judgeText(PlaylistText text, Kind kind) {
    for (HlsRule rule : HlsRule.values()) {
      if (rule.textCheck != null && (rule.kind == kind || rule.kind == Kind.EITHER)) {
        rule.textCheck.check(text, faults(rule, text.load.where()));
      }
    }
  }

  private Faults faults(HlsRule rule, String where) {
    return what -> {
      if (counts.merge(rule, 1, Integer::sum) <= MAX_FINDINGS_OF_A_RULE) {
        findings.add(new Finding(rule, where, what));
      }
    };
  }

  private void remember(PlaylistText text, View view) {
    for (Attributes report : text.all("EXT-X-RENDITION-REPORT")) {
      History other = session.history(text.resolve(report.text("URI")));
      Position said = LatencyChecks.said(report, view);
      if (other.reported == null || said.compareTo(other.reported) > 0) {
        other.reported = said;
        other.reportedAtNs = text.load.answeredNs();
      }
    }
  }
}
