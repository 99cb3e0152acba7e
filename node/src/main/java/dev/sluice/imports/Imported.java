package dev.sluice.imports;

import java.util.List;

/**
 * What became of a file of another server.
 *
 * @param yaml a configuration file of ours
 * @param findings one for each directive, in the order of the file
 * @param notes what else its reader has to know, sentences
 */
public record Imported(String yaml, List<Finding> findings, List<String> notes) {
  public Imported {
    findings = List.copyOf(findings);
    notes = List.copyOf(notes);
  }

  /** The findings with one verdict. */
  public List<Finding> with(Verdict verdict) {
    return findings.stream().filter(finding -> finding.verdict() == verdict).toList();
  }

  /** All of it for a terminal: notes, then the findings by verdict, then how many there are. */
  public String report() {
    var out = new StringBuilder();
    for (String note : notes) {
      out.append("Note: ").append(note).append('\n');
    }
    var counts = new StringBuilder();
    for (Verdict verdict : Verdict.values()) {
      List<Finding> list = with(verdict);
      if (!list.isEmpty()) {
        out.append(out.isEmpty() ? "" : "\n").append(verdict.title()).append(":\n");
        list.forEach(finding -> out.append("  ").append(finding).append('\n'));
        counts.append(counts.isEmpty() ? "" : ", ");
        counts.append(verdict.title().toLowerCase(java.util.Locale.ROOT));
        counts.append(' ').append(list.size());
      }
    }
    return out.append("\nDirectives: ").append(counts).append(".\n").toString();
  }
}
