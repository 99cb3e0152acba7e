package dev.sluice.hub.source;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * What one source of a stream is called, and who may be it.
 *
 * @param id unique within the stream, for the API
 * @param label what it is, for people; nothing secret
 * @param key what a publisher gives to take this seat; null when none is needed, or it is a job of
 *     ours
 */
public record SourceSpec(String id, String label, @Nullable String key) {

  /** Whether {@code given} is the key; takes as long for a wrong one as for the right one. */
  public boolean isOpenedBy(@Nullable String given) {
    return key != null
        && given != null
        && MessageDigest.isEqual(
            key.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }

  /** Without the key. */
  @Override
  public String toString() {
    return id + " " + label;
  }
}
