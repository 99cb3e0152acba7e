package dev.sluice.hub.source;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one source of a stream is called, and who may be it.
 *
 * @param id unique within the stream, for the API
 * @param label what it is, for people; nothing secret
 * @param key what a publisher gives to take this seat; null when none is needed, or it is a job of
 *     ours
 * @param delivery what a job of ours delivers; null when there is no job
 */
public record SourceSpec(
    String id, String label, @Nullable String key, @Nullable Delivery delivery) {

  /** One that no job brings, or only one that needs to know no more. */
  public SourceSpec(String id, String label, @Nullable String key) {
    this(id, label, key, null);
  }

  /** Whether this is {@code other} at another place. */
  boolean isSame(SourceSpec other) {
    return label.equals(other.label)
        && Objects.equals(key, other.key)
        && Objects.equals(delivery, other.delivery);
  }

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
