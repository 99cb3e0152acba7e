package dev.sluice.imports;

import dev.sluice.imports.Rule.Time;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** HLS and DASH of SRS, which have their segments each for itself; ours have them in common. */
final class SrsSegments {
  private static final BigDecimal FRAGMENT_MS = BigDecimal.valueOf(10_000);
  private static final BigDecimal MOST_OF_FRAGMENT = new BigDecimal("2.1");
  private static final BigDecimal FRAGMENTS_PER_KEY = BigDecimal.valueOf(5);
  private static final Time PERIOD = Time.millis("defaults.segmentPeriod", 500, 60_000);
  private static final Time LONGEST = Time.millis("defaults.segmentMax", 500, 60_000);
  private static final Time KEY = Time.millis("defaults.keyPeriod", 10_000, 86_400_000);
  private static final Time WINDOW = Time.seconds("defaults.playlistLength", 2_000, 86_400_000);
  private static final String SAME_SEGMENTS = "HLS and DASH have the same segments: those of HLS";

  private final Draft draft;
  private final Findings findings;
  private final SrsScope scope;
  private final @Nullable Statement hls;
  private final boolean hlsOn;
  private final boolean dashOn;

  SrsSegments(Draft draft, Findings findings, @Nullable Statement vhost, SrsScope scope) {
    this.draft = draft;
    this.scope = scope;
    this.findings = findings;
    this.hls = vhost == null ? null : vhost.first("hls");
    Statement dash = vhost == null ? null : vhost.first("dash");
    this.hlsOn = hls != null && SrsImport.isOn("vhost.hls", hls);
    this.dashOn = dash != null && SrsImport.isOn("vhost.dash", dash);
  }

  /** Takes one directive of {@code hls} or {@code dash} of the vhost whose settings hold. */
  void read(Statement statement, Directive directive, boolean idle) {
    switch (directive.path()) {
      case "vhost.hls.enabled", "vhost.dash.enabled" -> enabled(statement, directive, idle);
      case "vhost.hls.hls_fragment" -> fragment(statement, directive);
      case "vhost.hls.hls_td_ratio", "vhost.hls.hls_aof_ratio" -> ratio(statement, directive);
      case "vhost.hls.hls_m3u8_file" -> playlist(statement, directive);
      case "vhost.hls.hls_fragments_per_key" -> keys(statement, directive);
      case "vhost.dash.dash_fragment" -> dashFragment(statement, directive);
      case "vhost.dash.dash_timeshift" -> timeshift(statement, directive);
      default -> throw new IllegalStateException(directive.path() + " is not looked at");
    }
  }

  private void enabled(Statement statement, Directive directive, boolean idle) {
    boolean wanted = hlsOn || dashOn;
    draft.set(
        scope.path("defaults.segments"), Boolean.toString(wanted), Findings.comment(statement));
    if (!idle) {
      findings.taken(statement, directive, "");
    } else if (wanted) {
      findings.changed(statement, directive, "HLS and DASH are there together, or not at all");
    } else {
      findings.taken(statement, directive, "");
    }
  }

  private void fragment(Statement statement, Directive directive) {
    if (ms(statement) == null) {
      findings.noValue(statement, directive);
      return;
    }
    setPeriod(statement, directive);
    if (draft.get(scope.path("defaults.segmentMax")) == null) {
      setLongest(statement);
    }
  }

  private void ratio(Statement statement, Directive directive) {
    if (Rule.number(statement.value()) == null) {
      findings.noValue(statement, directive);
    } else if (directive.path().endsWith("td_ratio")) {
      setPeriod(statement, directive);
    } else {
      Rule.Value value = setLongest(statement);
      findings.add(
          statement,
          directive.path(),
          value.how().isEmpty() ? Verdict.TAKEN : Verdict.CHANGED,
          directive.counterpart(),
          value.how());
    }
  }

  /** A segment closes at fragment times ratio. */
  private void setPeriod(Statement statement, Directive directive) {
    BigDecimal ms = fragmentMs().multiply(number("hls_td_ratio", BigDecimal.ONE));
    findings.set(
        statement, directive, scope.path("defaults.segmentPeriod"), PERIOD.ofMillis(whole(ms)));
  }

  private Rule.Value setLongest(Statement statement) {
    BigDecimal ms = fragmentMs().multiply(number("hls_aof_ratio", MOST_OF_FRAGMENT));
    Rule.Value value = LONGEST.ofMillis(whole(ms));
    draft.set(scope.path("defaults.segmentMax"), value.text(), Findings.comment(statement));
    return value;
  }

  private void playlist(Statement statement, Directive directive) {
    if (statement.value().equals("[app]/[stream].m3u8")) {
      findings.taken(statement, directive, "it is so by itself");
    } else {
      findings.unsupported(statement, directive, directive.reason());
    }
  }

  private void keys(Statement statement, Directive directive) {
    Statement keys = hls == null ? null : hls.first("hls_keys");
    if (keys == null || !keys.value().equals("on")) {
      findings.idle(statement, directive, "hls_keys is off");
    } else if (Rule.number(statement.value()) == null) {
      findings.noValue(statement, directive);
    } else {
      BigDecimal ms = fragmentMs().multiply(number("hls_fragments_per_key", FRAGMENTS_PER_KEY));
      Rule.Value value = KEY.ofMillis(whole(ms));
      String how = value.how().isEmpty() ? "" : "; " + value.how();
      findings.set(
          statement,
          directive,
          scope.path("defaults.keyPeriod"),
          new Rule.Value(value.text(), "by time, not by number of segments" + how));
    }
  }

  private void dashFragment(Statement statement, Directive directive) {
    BigDecimal ms = ms(statement);
    if (ms == null) {
      findings.noValue(statement, directive);
    } else if (hlsOn) {
      findings.unsupported(statement, directive, SAME_SEGMENTS);
    } else {
      findings.set(
          statement, directive, scope.path("defaults.segmentPeriod"), PERIOD.ofMillis(whole(ms)));
    }
  }

  private void timeshift(Statement statement, Directive directive) {
    Rule.Value value = WINDOW.value(statement.value());
    if (value == null) {
      findings.noValue(statement, directive);
    } else if (hlsOn) {
      findings.unsupported(statement, directive, SAME_SEGMENTS);
    } else {
      findings.set(statement, directive, scope.path("defaults.playlistLength"), value);
    }
  }

  private BigDecimal fragmentMs() {
    BigDecimal ms = hls == null ? null : SrsImport.millis(hls.first("hls_fragment"));
    return ms == null ? FRAGMENT_MS : ms;
  }

  private BigDecimal number(String name, BigDecimal byDefault) {
    Statement statement = hls == null ? null : hls.first(name);
    BigDecimal number = statement == null ? null : Rule.number(statement.value());
    return number == null ? byDefault : number;
  }

  private static @Nullable BigDecimal ms(Statement statement) {
    return SrsImport.millis(statement);
  }

  private static BigDecimal whole(BigDecimal ms) {
    return ms.setScale(0, RoundingMode.HALF_UP);
  }
}
