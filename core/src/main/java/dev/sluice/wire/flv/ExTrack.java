package dev.sluice.wire.flv;

import static dev.sluice.wire.Checks.checkRange;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The head of one track in an enhanced packet (Enhanced RTMP v2, {@code ExAudioTagBody} and {@code
 * ExVideoTagBody}).
 *
 * @param fourCc its codec
 * @param id its number among the audio or the video tracks, 0 to 255; 0 is the default one
 * @param bodySize bytes of the body that follows, 24 bits; without multitrack, or with one track
 *     only, all that is left
 */
public record ExTrack(FourCc fourCc, int id, int bodySize) {
  public ExTrack {
    checkRange("id", id, 0, 255);
    checkRange("bodySize", bodySize, 0, 0xFF_FFFF);
  }

  /**
   * Reads the head of the next track.
   *
   * @return null, with nothing consumed, when {@code in} ends before the end of head and body
   */
  public static @Nullable ExTrack read(ExHeader header, ByteBuf in) {
    int start = in.readerIndex();
    ExTrack track = read(in, header);
    if (track == null) {
      in.readerIndex(start);
    }
    return track;
  }

  private static @Nullable ExTrack read(ByteBuf in, ExHeader header) {
    FourCc fourCc = header.fourCc();
    if (fourCc == null) {
      fourCc = FourCc.read(in);
    }
    if (fourCc == null) {
      return null;
    }
    if (header.tracks() == ExHeader.Tracks.SINGLE) {
      return new ExTrack(fourCc, 0, in.readableBytes());
    }
    if (!in.isReadable()) {
      return null;
    }
    int id = in.readUnsignedByte();
    if (header.tracks() == ExHeader.Tracks.ONE_TRACK) {
      return new ExTrack(fourCc, id, in.readableBytes());
    }
    if (in.readableBytes() < 3) {
      return null;
    }
    int bodySize = in.readUnsignedMedium();
    return in.readableBytes() < bodySize ? null : new ExTrack(fourCc, id, bodySize);
  }

  /**
   * Appends the head as {@code header} wants it; the body follows.
   *
   * @throws IllegalArgumentException when the header says another codec or leaves no room for the
   *     number
   */
  public void write(ExHeader header, ByteBuf out) {
    if (header.fourCc() == null) {
      out.writeInt(fourCc.value());
    } else if (!Objects.equals(fourCc, header.fourCc())) {
      throw new IllegalArgumentException(fourCc + " in a packet of " + header.fourCc());
    }
    if (header.tracks() == ExHeader.Tracks.SINGLE) {
      checkRange("id of a single track", id, 0, 0);
      return;
    }
    out.writeByte(id);
    if (header.tracks() != ExHeader.Tracks.ONE_TRACK) {
      out.writeMedium(bodySize);
    }
  }
}
