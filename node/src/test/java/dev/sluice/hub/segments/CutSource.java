package dev.sluice.hub.segments;

import dev.sluice.hub.Configuration;
import dev.sluice.hub.Tap;
import dev.sluice.media.AccessUnit;
import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/** Feeds a tap with 25 pictures a second, a key frame each second, and sound. */
public final class CutSource {
  /** Where second 0 lies: UTC, a whole number of periods. */
  public static final long EPOCH_S = 1_800_000_000L;

  static final Track VIDEO =
      Track.of(
          0,
          Track.Kind.VIDEO,
          Codec.H264,
          Timescale.VIDEO,
          Bytes.ofHex(
              "01f4000affe1001767f4000a919b28c4d808800000030080000019078912cb01000668ef8f192190"
                  + "fff8f800"),
          "");
  private static final Track AUDIO =
      Track.of(1, Track.Kind.AUDIO, Codec.AAC, new Timescale(48_000), Bytes.ofHex("1190"), "");
  private static final int PICTURE_90K = 3_600;
  private static final int FRAME_SAMPLES = 1_024;

  private final Tap tap;
  private final int weight;
  private final List<ByteBuf> payloads = new ArrayList<>();
  private long picture;
  private long frame;

  /** A source that begins at second {@code fromS}. */
  public CutSource(Tap tap, int fromS) {
    this(tap, fromS, 1);
  }

  /** The same with pictures of {@code weight} times as many bytes. */
  public CutSource(Tap tap, int fromS, int weight) {
    this.tap = tap;
    this.weight = weight;
    this.picture = 25L * fromS;
    this.frame = (48_000L * fromS + FRAME_SAMPLES - 1) / FRAME_SAMPLES;
    tap.configure(new Configuration(1, List.of(VIDEO, AUDIO), Bytes.EMPTY));
  }

  /** Delivers up to before {@code toS}. The tap's loop. */
  public void until(double toS) {
    while (picture < 25 * toS) {
      long dts = 90_000 * EPOCH_S + picture * PICTURE_90K;
      while (frame * FRAME_SAMPLES * 90_000L / 48_000 <= picture * PICTURE_90K) {
        long at = 48_000 * EPOCH_S + frame * FRAME_SAMPLES;
        give(new AccessUnit(AUDIO, at, at, true, payload(20)));
        frame++;
      }
      boolean key = picture % 25 == 0;
      give(new AccessUnit(VIDEO, dts, dts, key, payload(weight * (key ? 2_000 : 200))));
      picture++;
    }
  }

  /** Delivers nothing for so long. */
  public void pass(double seconds) {
    picture += Math.round(25 * seconds);
    frame += Math.round(seconds * 48_000 / FRAME_SAMPLES);
  }

  private ByteBuf payload(int size) {
    ByteBuf out = Unpooled.buffer(size + 4);
    out.writeInt(size).writeByte(0x65).writeLong(picture).writeZero(size - 9);
    payloads.add(out);
    return out;
  }

  private void give(AccessUnit unit) {
    tap.add(unit);
    unit.payload().release();
  }

  /** Whether nobody holds anything of what was delivered. */
  public boolean allReleased() {
    return payloads.stream().allMatch(payload -> payload.refCnt() == 0);
  }
}
