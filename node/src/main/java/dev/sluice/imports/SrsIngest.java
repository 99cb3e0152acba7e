package dev.sluice.imports;

import dev.sluice.node.config.SourceInput;
import dev.sluice.node.config.StreamSelector;
import dev.sluice.wire.MalformedException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code ingest} of SRS: ffmpeg that plays a file or fetches a stream, and publishes it. */
final class SrsIngest {
  private static final String PATH = "vhost.ingest.";
  private static final Pattern VHOST = Pattern.compile("[?&]vhost=([^/&?]*)");
  private static final String RENDITIONS =
      "planned with restreaming: no ffmpeg is run for renditions yet, and this one encodes";

  /** What encodes, where it is not {@code copy}. */
  private static final Set<String> CODECS = Set.of("vcodec", "acodec");

  private SrsIngest() {}

  /**
   * The vhosts that streams can be of.
   *
   * @param own the one that the ingest stands in
   * @param hosts those whose streams are of their own
   */
  record Vhosts(String own, Set<String> hosts) {
    Vhosts {
      hosts = Set.copyOf(hosts);
    }

    /** What stands before the name of a stream that {@code output} goes to. */
    private String prefix(String output) {
      Matcher named = VHOST.matcher(output);
      String vhost = named.find() ? named.group(1).replace("[vhost]", own) : "";
      SrsScope scope = SrsScope.of(vhost);
      return scope != null && hosts.contains(scope.host()) ? scope.host() + "!" : "";
    }
  }

  /** Takes one ingest of a vhost whose settings hold. */
  static void read(Statement ingest, boolean off, Vhosts vhosts, Draft draft, Findings findings) {
    String found = off ? "its section is switched off" : take(ingest, vhosts, draft);
    Verdict verdict = off ? Verdict.IDLE : found.isEmpty() ? Verdict.CHANGED : Verdict.UNSUPPORTED;
    String reason =
        found.isEmpty()
            ? "the server itself plays or fetches it; nobody else may publish it"
            : found;
    tell(ingest, PATH, verdict, reason, findings);
  }

  private static void tell(
      Statement block, String path, Verdict verdict, String reason, Findings findings) {
    for (Statement statement : block.block()) {
      String inner = path + statement.name();
      Directive directive = SrsDirectives.TABLE.find(inner);
      if (statement.hasBlock() && SrsDirectives.TABLE.isSection(inner)) {
        tell(statement, inner + ".", verdict, reason, findings);
      } else if (directive == null) {
        findings.unknown(statement, inner, null);
      } else if (verdict == Verdict.CHANGED && directive.rule() instanceof Rule.None) {
        boolean program = directive.path().equals("vhost.ingest.ffmpeg");
        String why = program ? directive.reason() : "no ffmpeg is run for it";
        findings.unsupported(statement, directive, why);
      } else {
        String counterpart = verdict == Verdict.CHANGED ? directive.counterpart() : "";
        findings.add(statement, inner, verdict, counterpart, reason);
      }
    }
  }

  /** Sets its source; empty when that is done, else why it cannot be. */
  private static String take(Statement ingest, Vhosts vhosts, Draft draft) {
    Statement input = ingest.first("input");
    Statement engine = ingest.first("engine");
    String type = input == null ? "" : valueOf(input, "type");
    String url = input == null ? "" : valueOf(input, "url");
    if (engine == null || ingest.all("engine").size() > 1) {
      return "planned with restreaming: it goes to one stream only where it has one engine";
    }
    boolean on = valueOf(engine, "enabled").equals("on");
    if (on && engine.block().stream().anyMatch(SrsIngest::encodes)) {
      return RENDITIONS;
    }
    String source = type.equals("file") ? "file:" + url : url;
    if (SourceInput.parse(source) == null || source.equals("publish")) {
      return "planned with restreaming: what is not a file or rtmp[s]:// cannot be fetched yet";
    }
    String output = valueOf(engine, "output");
    String stream = stream(output);
    if (stream == null) {
      return "planned with restreaming: what goes to another server, or has no stream's name,"
          + " cannot be pushed yet";
    }
    List<String> key = Draft.stream(vhosts.prefix(output) + stream, "sources");
    if (draft.get(key) != null) {
      return "another ingest goes to the same stream";
    }
    draft.set(key, List.of(source), "ingest, " + ingest.place());
    return "";
  }

  private static boolean encodes(Statement statement) {
    boolean codec = CODECS.contains(statement.name());
    boolean filters = statement.name().equals("vfilter") && !statement.block().isEmpty();
    return filters || (codec && !statement.value().equals("copy"));
  }

  private static String valueOf(Statement block, String name) {
    Statement statement = block.first(name);
    return statement == null ? "" : statement.value();
  }

  /**
   * The stream that an output of this host goes to: {@code rtmp://127.0.0.1:[port]/app/stream},
   * with a {@code ?vhost=} before or behind its last slash; null for what goes elsewhere.
   */
  private static @Nullable String stream(String output) {
    String plain = output.replaceAll("\\?[^/]*", "");
    for (String host : List.of("rtmp://127.0.0.1", "rtmp://localhost", "rtmp://[::1]")) {
      if (plain.startsWith(host)) {
        String rest = plain.substring(host.length());
        int slash = rest.indexOf('/');
        boolean port = slash == 0 || (slash > 1 && rest.startsWith(":"));
        return port ? name(rest.substring(slash + 1)) : null;
      }
    }
    return null;
  }

  private static @Nullable String name(String text) {
    try {
      StreamSelector selector = StreamSelector.parse(text);
      boolean simple = selector.isName() && text.indexOf('!') < 0;
      return simple ? Objects.requireNonNull(selector.name()).path() : null;
    } catch (MalformedException malformed) {
      return null;
    }
  }
}
