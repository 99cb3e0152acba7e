package dev.sluice.wire.isobmff;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * {@code emsg}: a message for the player (ISO/IEC 23009-1, section 5.10.3.3).
 *
 * @param version 0 or 1, which decides what the time is
 * @param scheme URI of what kind it is, without a 0 in it
 * @param value what the scheme makes of it, without a 0 in it
 * @param timescale ticks per second, 1 to 10⁹
 * @param time when it holds: version 1 on the media's time line; version 0 from the earliest
 *     presentation time of the segment, 32 bits
 * @param duration in ticks; 2³² − 1 when it is not known
 * @param id messages of the same scheme, value and ID are the same
 * @param message as the scheme has it
 */
public record EventMessageBox(
    int version,
    String scheme,
    String value,
    int timescale,
    long time,
    long duration,
    long id,
    Bytes message)
    implements Box {

  /** The duration is not known. */
  public static final long UNKNOWN_DURATION = 0xFFFF_FFFFL;

  public EventMessageBox {
    checkRange("version", version, 0, 1);
    checkRange("timescale", timescale, 1, 1_000_000_000);
    checkRange("time", time, 0, version == 0 ? 0xFFFF_FFFFL : Long.MAX_VALUE);
    checkRange("duration", duration, 0, 0xFFFF_FFFFL);
    checkRange("id", id, 0, 0xFFFF_FFFFL);
  }

  /**
   * Reads the body of one box.
   *
   * @throws dev.sluice.wire.MalformedException when it ends too early, has a timescale of 0 or a
   *     text of more than 4 096 bytes
   */
  public static EventMessageBox read(ByteBuf in) {
    Body body = Body.full(in, BoxType.EMSG, 1);
    String scheme = body.version() == 0 ? body.text() : "";
    String value = body.version() == 0 ? body.text() : "";
    int timescale = body.timescale();
    long time = body.u32or64("presentation_time");
    long duration = body.u32();
    long id = body.u32();
    if (body.version() == 1) {
      scheme = body.text();
      value = body.text();
    }
    return new EventMessageBox(
        body.version(), scheme, value, timescale, time, duration, id, body.rest());
  }

  @Override
  public int type() {
    return BoxType.EMSG;
  }

  @Override
  public void writeBody(ByteBuf out) {
    Boxes.full(version, 0, out);
    if (version == 0) {
      writeText(scheme, out);
      writeText(value, out);
    }
    out.writeInt(timescale);
    Times.write(version, time, out);
    out.writeInt((int) duration).writeInt((int) id);
    if (version == 1) {
      writeText(scheme, out);
      writeText(value, out);
    }
    message.writeTo(out);
  }

  private static void writeText(String text, ByteBuf out) {
    out.writeCharSequence(text, StandardCharsets.UTF_8);
    out.writeByte(0);
  }
}
