package dev.sluice.interop;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads what ffmpeg's framehash muxer writes, line by line. */
final class PacketLines {
  private final Map<Integer, Double> msPerTick = new HashMap<>();
  private final Map<Integer, Boolean> video = new HashMap<>();

  /** The packet that {@code line} tells of; null when it is a line of the head, or empty. */
  @Nullable Packet read(String line, long nowNs) {
    String[] words = line.strip().split("[ ,:]+");
    if (line.startsWith("#tb")) { // #tb 0: 1/1000
      String[] ratio = words[2].split("/");
      msPerTick.put(
          Integer.parseInt(words[1]),
          1000.0 * Integer.parseInt(ratio[0]) / Integer.parseInt(ratio[1]));
    } else if (line.startsWith("#media_type")) { // #media_type 0: video
      video.put(Integer.parseInt(words[1]), words[2].equals("video"));
    } else if (!line.isBlank() && !line.startsWith("#")) { // stream, dts, pts, duration, size, hash
      int stream = Integer.parseInt(words[0]);
      double ms = Objects.requireNonNull(msPerTick.get(stream), line);
      return new Packet(
          Objects.requireNonNull(video.get(stream), line),
          Long.parseLong(words[1]) * ms,
          Long.parseLong(words[2]) * ms,
          words[5],
          nowNs);
    }
    return null;
  }
}
