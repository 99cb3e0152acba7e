package dev.sluice.session.rtmp;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.rtmp.ChunkLimits;
import java.util.List;
import java.util.Map;

/**
 * What all connections of a client share.
 *
 * @param chunkSize of what is sent, 128 to 65536 bytes
 * @param windowBytes acknowledgement window asked of the server
 * @param bufferMs buffer that a player tells the server about
 * @param publishVersion how a publisher names itself; some servers look for "FMLE/"
 * @param playVersion how a player names itself
 * @param capabilities what is said of this end
 * @param limits what a server may make the engine keep
 * @param messagesPerSecond all messages from a server; 0 for no limit
 * @param commandsPerSecond messages that have to be answered; 0 for no limit
 * @param redirects how often a client may be sent elsewhere in a row
 * @param handshakeNs to the end of the handshake
 * @param answerNs to each answer of the server after that
 * @param silenceNs in which a server sends nothing at all to a player; 0 for never
 */
public record RtmpClientSettings(
    int chunkSize,
    int windowBytes,
    int bufferMs,
    String publishVersion,
    String playVersion,
    Capabilities capabilities,
    ChunkLimits limits,
    int messagesPerSecond,
    int commandsPerSecond,
    int redirects,
    long handshakeNs,
    long answerNs,
    long silenceNs) {
  private static final long SECOND_NS = 1_000_000_000L;

  /** What SRS does as a client; 90 s are a ping and its answer with the defaults of nginx-rtmp. */
  public static final RtmpClientSettings DEFAULT =
      new RtmpClientSettings(
          60_000,
          2_500_000,
          1000,
          "FMLE/3.0 (compatible; Sluice)",
          "WIN 15,0,0,239",
          new Capabilities(List.of(), Map.of(), Map.of(), Capabilities.RECONNECTS),
          new ChunkLimits(64, 8 << 20, 64 << 10, 12 << 20),
          100_000,
          200,
          4,
          10 * SECOND_NS,
          20 * SECOND_NS,
          90 * SECOND_NS);

  /** The same, but for what is said of this end. */
  public RtmpClientSettings announcing(Capabilities said) {
    return new RtmpClientSettings(
        chunkSize,
        windowBytes,
        bufferMs,
        publishVersion,
        playVersion,
        said,
        limits,
        messagesPerSecond,
        commandsPerSecond,
        redirects,
        handshakeNs,
        answerNs,
        silenceNs);
  }

  public RtmpClientSettings {
    checkRange("chunkSize", chunkSize, 128, 65_536);
    checkRange("windowBytes", windowBytes, 1, Integer.MAX_VALUE);
    checkRange("messagesPerSecond", messagesPerSecond, 0, Integer.MAX_VALUE);
    checkRange("commandsPerSecond", commandsPerSecond, 0, Integer.MAX_VALUE);
    checkRange("redirects", redirects, 0, 100);
    checkRange("handshakeNs", handshakeNs, 1, Long.MAX_VALUE);
    checkRange("answerNs", answerNs, 1, Long.MAX_VALUE);
  }
}
