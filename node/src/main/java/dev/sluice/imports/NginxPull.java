package dev.sluice.imports;

import dev.sluice.media.StreamName;
import dev.sluice.node.config.SourceInput;
import dev.sluice.wire.MalformedException;
import java.util.List;
import java.util.Objects;

/** {@code pull} of nginx-rtmp, where it is about one stream and names all of where that is. */
final class NginxPull {
  private static final Directive KNOWN = Objects.requireNonNull(NginxDirectives.TABLE.find("pull"));

  private NginxPull() {}

  /** Takes {@code pull url [key=value…]} of an application. */
  static void read(Statement pull, String application, Draft draft, Findings findings) {
    String url = pull.value().startsWith("rtmp://") ? pull.value() : "rtmp://" + pull.value();
    String name = "";
    boolean demanded = true;
    for (String option :
        pull.arguments().subList(Math.min(1, pull.arguments().size()), pull.arguments().size())) {
      if (option.startsWith("name=")) {
        name = option.substring("name=".length());
      } else if (option.equals("static")) {
        demanded = false;
      } else if (!option.startsWith("live=")) {
        findings.unsupported(
            pull, KNOWN, "its options but name, static and live have no counterpart");
        return;
      }
    }
    if (name.isEmpty()) {
      findings.unsupported(
          pull, KNOWN, "no counterpart: a source is that of one stream, which name= says");
      return;
    }
    String stream = application + "/" + name;
    if (!isName(stream) || !isWhole(url) || SourceInput.parse(url) == null) {
      findings.unsupported(
          pull, KNOWN, "it needs a stream's name here, and host, application and name there");
      return;
    }
    List<String> key = Draft.stream(stream, "sources");
    if (draft.get(key) != null) {
      findings.unsupported(pull, KNOWN, "another one is about the same stream");
      return;
    }
    draft.set(key, List.of(url), Findings.comment(pull));
    draft.set(Draft.stream(stream, "onDemand"), Boolean.toString(demanded), "");
    findings.usual(pull, KNOWN);
  }

  /** Whether it has a host, an application and a stream. */
  private static boolean isWhole(String url) {
    List<String> parts = List.of(url.substring("rtmp://".length()).split("/", -1));
    return parts.size() > 2 && parts.stream().noneMatch(String::isEmpty);
  }

  private static boolean isName(String text) {
    try {
      StreamName.ofDecoded(text).requirePublishable();
      return text.indexOf('!') < 0;
    } catch (MalformedException malformed) {
      return false;
    }
  }
}
