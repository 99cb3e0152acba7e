package dev.sluice.session.rtmp;

import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.rtmp.Command;
import java.util.concurrent.TimeUnit;

/**
 * The bandwidth check of SRS 1 and 2, from the server's side: for three seconds it sends, then for
 * three seconds it takes, and tells what it has counted. No publication and no playback.
 *
 * <pre>
 * STARTING_PLAY     onSrsBandCheckStartingPlayBytes     → PLAYING
 * PLAYING           after DURATION_NS                   → STOPPED_PLAY
 * STOPPED_PLAY      onSrsBandCheckStoppedPlayBytes      → STARTING_PUBLISH
 * STARTING_PUBLISH  onSrsBandCheckStartingPublishBytes  → PUBLISHING
 * PUBLISHING        after DURATION_NS, or
 *                   onSrsBandCheckStopPublishBytes      → STOPPED_PUBLISH (Flash: FINISHED)
 * STOPPED_PUBLISH   onSrsBandCheckStoppedPublishBytes   → FINISHED
 * FINISHED          finalClientPacket, or GOODBYE_NS    closes
 * all that wait     after PATIENCE_NS                   closes
 * </pre>
 *
 * <p>Whatever else comes changes nothing. Bytes are those of the whole connection. What is sent is
 * held to the limit and to what the socket takes; while more comes than the limit allows, nothing
 * is read. Of what the client says only the names of its commands are looked at.
 */
final class BandCheck {
  /** How long each direction is measured. */
  static final long DURATION_NS = TimeUnit.SECONDS.toNanos(3);

  /** How long the client may take for an answer. */
  static final long PATIENCE_NS = 2 * DURATION_NS;

  /** How long the client may take to go by itself. */
  static final long GOODBYE_NS = TimeUnit.MILLISECONDS.toNanos(600);

  /** How often is sent while it sends. */
  static final long BEAT_NS = TimeUnit.MILLISECONDS.toNanos(10);

  /** Unsent bytes with which nothing more is sent. */
  static final int MAX_BACKLOG_BYTES = 512 << 10;

  /** Bytes that may come at once without having to be waited for. */
  static final int BURST_BYTES = 64 << 10;

  /** Entries of the longest packet: some 30 kB. */
  static final int MAX_ENTRIES = 500;

  /** Bytes of the longest message that the client may send. */
  static final int MAX_MESSAGE_BYTES = 1 << 20;

  private static final int CHUNK_STREAM = 5;
  private static final long MS = 1_000_000;
  private static final double DURATION_MS = DURATION_NS / 1e6;
  private static final int BITS = 8;
  private static final String FILLER = "So that there is something to measure by . . . . . .";
  private static final String COMMAND = "onSrsBandCheck";

  private final RtmpConnection connection;
  private final int limitKbps;
  private final boolean flash;
  private final long beganNs;

  private Step step = Step.STARTING_PLAY;
  private long stepNs;
  private long deadlineNs;

  /** Of the direction that is measured: bytes of the connection when it began. */
  private long bytesBefore;

  private int packets;
  private boolean held;
  private Measured play = new Measured(0, 0);
  private Measured publish = new Measured(0, 0);

  private enum Step {
    STARTING_PLAY,
    PLAYING,
    STOPPED_PLAY,
    STARTING_PUBLISH,
    PUBLISHING,
    STOPPED_PUBLISH,
    FINISHED
  }

  /** What one direction has come to. */
  private record Measured(long bytes, long ms) {
    long kbps() {
      return ms == 0 ? 0 : bytes * BITS / ms;
    }
  }

  /**
   * Begins.
   *
   * @param limitKbps most that is sent and taken, in kilobits a second
   * @param flash whether the client is one whose own row of messages is too long for it to tell
   *     when it has stopped
   */
  BandCheck(RtmpConnection connection, int limitKbps, boolean flash, long nowNs) {
    this.connection = connection;
    this.limitKbps = limitKbps;
    this.flash = flash;
    this.beganNs = nowNs;
    await(Step.STARTING_PLAY, nowNs);
    say("StartPlayBytes", asked());
  }

  /** When {@link #tick} is to be called, at the latest. */
  long deadlineNs() {
    return deadlineNs;
  }

  /** Whether more is to be read. */
  boolean wantsBytes() {
    return !held;
  }

  /** The client has said something. */
  void onCommand(String name, long nowNs) {
    switch (name) {
      case "onSrsBandCheckStartingPlayBytes" -> {
        if (step == Step.STARTING_PLAY) {
          measure(Step.PLAYING, connection.sentBytes(), nowNs);
        }
      }
      case "onSrsBandCheckStoppedPlayBytes" -> {
        if (step == Step.STOPPED_PLAY) {
          await(Step.STARTING_PUBLISH, nowNs);
          say("StartPublishBytes", asked());
        }
      }
      case "onSrsBandCheckStartingPublishBytes" -> {
        if (step == Step.STARTING_PUBLISH) {
          measure(Step.PUBLISHING, connection.receivedBytes(), nowNs);
        }
      }
      case "onSrsBandCheckStopPublishBytes" -> {
        if (step == Step.PUBLISHING) {
          stopPublish(nowNs);
        }
      }
      case "onSrsBandCheckStoppedPublishBytes" -> {
        if (step == Step.STOPPED_PUBLISH) {
          finish(nowNs);
        }
      }
      case "finalClientPacket" -> {
        if (step == Step.FINISHED) {
          close();
        }
      }
      default -> {} // what it sends to be measured by, and all else
    }
  }

  /** Bytes have come: holds the client to the limit. */
  void received(long nowNs) {
    if (step == Step.PUBLISHING) {
      long tooMuch = connection.receivedBytes() - bytesBefore - BURST_BYTES - allowed(nowNs);
      held = tooMuch > 0;
      long endNs = stepNs + DURATION_NS;
      long resumeNs = nowNs + Math.max(MS, tooMuch * BITS * MS / limitKbps);
      deadlineNs = held && resumeNs - endNs < 0 ? resumeNs : endNs;
    }
  }

  /**
   * Does what is due.
   *
   * @param backlogBytes what was sent and the socket has not taken yet
   */
  void tick(long nowNs, long backlogBytes) {
    if (deadlineNs - nowNs > 0) {
      return;
    }
    boolean over = stepNs + DURATION_NS - nowNs <= 0;
    switch (step) {
      case PLAYING -> {
        if (over) {
          stopPlay(nowNs, backlogBytes);
        } else {
          fill(nowNs, backlogBytes);
        }
      }
      case PUBLISHING -> {
        if (over) {
          stopPublish(nowNs);
        } else {
          received(nowNs);
        }
      }
      case FINISHED -> close();
      case STARTING_PLAY, STOPPED_PLAY, STARTING_PUBLISH, STOPPED_PUBLISH ->
          connection.close("bandwidth check without an answer", Closed.Cause.SILENCE);
    }
  }

  private void await(Step next, long nowNs) {
    step = next;
    stepNs = nowNs;
    deadlineNs = nowNs + PATIENCE_NS;
  }

  private void measure(Step next, long bytes, long nowNs) {
    step = next;
    stepNs = nowNs;
    bytesBefore = bytes;
    deadlineNs = next == Step.PLAYING ? nowNs + BEAT_NS : nowNs + DURATION_NS;
  }

  /** Bytes that the limit allows since the step began. */
  private long allowed(long nowNs) {
    return limitKbps * ((nowNs - stepNs) / MS) / BITS;
  }

  /** Sends as much as the limit and the socket allow. */
  private void fill(long nowNs, long backlogBytes) {
    long unsent = backlogBytes;
    while (connection.sentBytes() - bytesBefore < allowed(nowNs) && unsent < MAX_BACKLOG_BYTES) {
      long before = connection.sentBytes();
      int entries = Math.min(1 + 2 * packets, MAX_ENTRIES);
      AmfProperties.Builder data = AmfProperties.builder();
      for (int i = 0; i < entries; i++) {
        data.put(Integer.toString(i), FILLER);
      }
      packets = Math.min(packets + 1, MAX_ENTRIES);
      say("Playing", data);
      unsent += connection.sentBytes() - before;
    }
    deadlineNs = nowNs + BEAT_NS;
  }

  private void stopPlay(long nowNs, long backlogBytes) {
    long bytes = Math.max(0, connection.sentBytes() - bytesBefore - backlogBytes);
    play = new Measured(bytes, (nowNs - stepNs) / MS);
    await(Step.STOPPED_PLAY, nowNs);
    say("StopPlayBytes", counted(play));
  }

  private void stopPublish(long nowNs) {
    held = false;
    publish = new Measured(connection.receivedBytes() - bytesBefore, (nowNs - stepNs) / MS);
    await(Step.STOPPED_PUBLISH, nowNs);
    say("StopPublishBytes", counted(publish));
    if (flash) {
      finish(nowNs);
    }
  }

  private void finish(long nowNs) {
    step = Step.FINISHED;
    stepNs = nowNs;
    deadlineNs = nowNs + GOODBYE_NS;
    say(
        "Finished",
        AmfProperties.builder()
            .put("start_time", 0) // there is no clock here that says the time of day
            .put("end_time", Math.floor((nowNs - beganNs) / 1e6))
            .put("play_kbps", (double) play.kbps())
            .put("publish_kbps", (double) publish.kbps())
            .put("play_bytes", (double) play.bytes)
            .put("publish_bytes", (double) publish.bytes)
            .put("play_time", (double) play.ms)
            .put("publish_time", (double) publish.ms));
  }

  private void close() {
    connection.close(
        "bandwidth check: %d kbit/s down, %d kbit/s up".formatted(play.kbps(), publish.kbps()),
        Closed.Cause.ORDERLY);
  }

  private AmfProperties.Builder asked() {
    return AmfProperties.builder()
        .put("limit_kbps", limitKbps)
        .put("duration_ms", DURATION_MS)
        .put("interval_ms", 0);
  }

  private static AmfProperties.Builder counted(Measured measured) {
    return AmfProperties.builder()
        .put("duration_ms", DURATION_MS)
        .put("interval_ms", 0)
        .put("duration_delta", (double) measured.ms)
        .put("bytes_delta", (double) measured.bytes);
  }

  private void say(String what, AmfProperties.Builder object) {
    connection.send(CHUNK_STREAM, 0, Command.of(COMMAND + what, 0, object.object()));
  }
}
