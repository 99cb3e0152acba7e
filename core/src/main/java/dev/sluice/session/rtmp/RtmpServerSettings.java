package dev.sluice.session.rtmp;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.rtmp.ChunkLimits;
import java.util.concurrent.TimeUnit;

/**
 * What all connections of a server share.
 *
 * @param chunkSize of what is sent, 128 to 65536 bytes; announced before the answer to {@code
 *     connect} and the same for the whole connection
 * @param windowBytes acknowledgement window asked of the peer, and its bandwidth limit
 * @param fmsVersion how the server names itself; some encoders look for "FMS/"
 * @param limits what a publisher may make the engine keep
 * @param timeouts when a connection is given up
 * @param messagesPerSecond all messages from a peer; 0 for no limit
 * @param commandsPerSecond messages that have to be answered; 0 for no limit
 * @param createStreams how often a connection may ask for a message stream
 */
public record RtmpServerSettings(
    int chunkSize,
    int windowBytes,
    String fmsVersion,
    ChunkLimits limits,
    Timeouts timeouts,
    int messagesPerSecond,
    int commandsPerSecond,
    int createStreams) {
  /** What SRS does, with limits that no encoder known comes near. */
  public static final RtmpServerSettings DEFAULT =
      new RtmpServerSettings(
          60_000,
          2_500_000,
          "FMS/3,5,3,888",
          new ChunkLimits(64, 8 << 20, 64 << 10, 12 << 20),
          Timeouts.DEFAULT,
          20_000,
          200,
          32);

  public RtmpServerSettings {
    checkRange("chunkSize", chunkSize, 128, 65_536);
    checkRange("windowBytes", windowBytes, 1, Integer.MAX_VALUE);
    checkRange("messagesPerSecond", messagesPerSecond, 0, Integer.MAX_VALUE);
    checkRange("commandsPerSecond", commandsPerSecond, 0, Integer.MAX_VALUE);
    checkRange("createStreams", createStreams, 1, Integer.MAX_VALUE);
  }

  /**
   * When a connection is given up. Nanoseconds; 0 for never.
   *
   * @param handshakeNs from the beginning to the last byte of the handshake
   * @param connectNs from the beginning to {@code connect}
   * @param requestNs from the answer to {@code connect} to {@code publish} or {@code play}
   * @param firstMediaNs from the answer to {@code publish} to the first byte after it
   * @param mediaNs silence of a publisher after that
   * @param republishNs from the end of a publication or playback to the next one
   * @param redirectNs how long a redirected client may take to go by itself
   * @param pingNs silence of a player before it is sent a ping
   * @param pingAnswerNs silence of a player after a ping; at least 1
   */
  public record Timeouts(
      long handshakeNs,
      long connectNs,
      long requestNs,
      long firstMediaNs,
      long mediaNs,
      long republishNs,
      long redirectNs,
      long pingNs,
      long pingAnswerNs) {
    public Timeouts {
      checkRange("pingAnswerNs", pingAnswerNs, 1, Long.MAX_VALUE);
    }

    /** Those of SRS, and the ping of nginx-rtmp. */
    public static final Timeouts DEFAULT =
        new Timeouts(
            seconds(10),
            seconds(20),
            seconds(30),
            seconds(20),
            seconds(5),
            seconds(180),
            seconds(3),
            seconds(60),
            seconds(30));

    private static long seconds(int seconds) {
      return TimeUnit.SECONDS.toNanos(seconds);
    }
  }
}
