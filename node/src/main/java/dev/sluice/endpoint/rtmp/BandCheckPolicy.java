package dev.sluice.endpoint.rtmp;

import dev.sluice.wire.MalformedException;
import dev.sluice.wire.rtmp.RtmpUrl;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * How bandwidth is checked over RTMP, in the way of SRS 1 and 2.
 *
 * @param vhost which virtual host a client names to be checked, lower case
 * @param key what it has to give as {@code key}
 * @param intervalNs how long after one check the next may begin, whoever asks
 * @param limitKbps most that is sent and taken, in kilobits a second
 */
public record BandCheckPolicy(String vhost, String key, long intervalNs, int limitKbps) {
  /** Whether a client that names this place wants to be checked. */
  boolean isAsked(String tcUrl, String app) {
    try {
      return RtmpUrl.parse(tcUrl, app, "").vhost().equals(vhost);
    } catch (MalformedException none) {
      return false;
    }
  }

  /** Whether it has the key. */
  boolean isKeyOf(String tcUrl, String app) {
    String given = RtmpUrl.parse(tcUrl, app, "").parameters().getOrDefault("key", "");
    return MessageDigest.isEqual(
        given.getBytes(StandardCharsets.UTF_8), key.getBytes(StandardCharsets.UTF_8));
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "BandCheckPolicy[vhost=%s, limitKbps=%d]".formatted(vhost, limitKbps);
  }
}
