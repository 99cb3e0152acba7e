package dev.sluice.imports;

/**
 * What became of one directive of a file. It never tells what the directive says, which may be
 * secret.
 *
 * @param path names of blocks and directive with dots between: {@code vhost.hls.hls_fragment}
 * @param counterpart the keys of ours; empty for none
 * @param reason in words: what it has become, how that differs, or why there is nothing
 */
public record Finding(
    Place place, String path, Verdict verdict, String counterpart, String reason) {
  @Override
  public String toString() {
    String to = counterpart.isEmpty() ? "" : " → " + counterpart;
    return place + ": " + path + to + (reason.isEmpty() ? "" : ": " + reason);
  }
}
