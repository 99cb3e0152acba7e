package dev.sluice.node;

import dev.sluice.hub.Client;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Publication;
import dev.sluice.hub.TestSource;
import dev.sluice.media.Codec;
import dev.sluice.media.SourceClock;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.StreamName;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;

/**
 * A publisher in the node's own process, of small frames whose times are its own: two of them make
 * the same stream, byte for byte.
 */
final class FrameSource {
  /** Between two frames. */
  static final int FRAME_MS = 40;

  /** Frames from one key frame to the next: a second. */
  static final int FRAMES_OF_GOP = 25;

  private static final Track VIDEO =
      new Track(
          0,
          Track.Kind.VIDEO,
          Codec.H264,
          "h264",
          Timescale.VIDEO,
          Bytes.ofHex(
              "01f4000affe1001767f4000a919b28c4d808800000030080000019078912cb01000668ef8f192190"
                  + "fff8f800"));
  private static final Track AUDIO =
      new Track(1, Track.Kind.AUDIO, Codec.AAC, "aac", new Timescale(48_000), Bytes.ofHex("1190"));

  private final Loop loop;
  private final long utcMs;
  private final Publication publication;

  /** Comes as who has the token, and announces its tracks; frame 0 is of {@code utcMs}. */
  FrameSource(Node node, StreamName name, long utcMs) {
    this.utcMs = utcMs;
    this.loop = node.loops().all().getFirst();
    var client = new Client("S", "test", "127.0.0.1", 1, node.access().token().reveal(), "");
    this.publication = TestSource.publish(node.hub(), name, client, SourceClock.RTMP_ATC, loop);
    loop.execute(() -> {
      publication.announce(VIDEO);
      publication.announce(AUDIO);
      publication.flush();
    });
  }

  /** A bit of sound and a picture, which closes a block: none waits for a timer. */
  void frame(int number) {
    loop.execute(() -> {
      boolean key = number % FRAMES_OF_GOP == 0;
      Bytes slice =
          Bytes.ofHex((key ? "00000006658800" : "00000006419A00") + "%06x".formatted(number));
      long ms = (utcMs + (long) number * FRAME_MS) & 0xFFFF_FFFFL; // as RTMP has it
      Bytes sound = Bytes.ofHex("211004608C1C%06x".formatted(number));
      publication.offer(new SourceUnit(AUDIO, ms, 0, true, sound.buffer()));
      publication.offer(new SourceUnit(VIDEO, ms, 0, key, slice.buffer()));
      publication.flush();
    });
  }
}
