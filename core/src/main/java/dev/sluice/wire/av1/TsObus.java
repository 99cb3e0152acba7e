package dev.sluice.wire.av1;

import dev.sluice.wire.MalformedException;
import dev.sluice.wire.nal.NalIndex;
import dev.sluice.wire.nal.Rbsp;
import io.netty.buffer.ByteBuf;

/**
 * OBUs as MPEG-2 TS carries them: each behind {@code 00 00 01}, with emulation prevention as in
 * H.264, its size field optional (Carriage of AV1 in MPEG-2 TS, section 3.2).
 */
public final class TsObus {
  private TsObus() {}

  /**
   * Whether bytes are in this form: an OBU of the low-overhead format that begins so would be of a
   * reserved type and empty.
   */
  public static boolean isStartCoded(ByteBuf in) {
    return in.readableBytes() >= 3 && in.getUnsignedMedium(in.readerIndex()) <= 1;
  }

  /**
   * Appends the OBUs in the low-overhead format, each with its size.
   *
   * @param in begins with a start code or zeros before it; its indexes stay as they are
   * @throws MalformedException when it begins otherwise, or an OBU reaches past the next start code
   */
  public static void toLowOverhead(ByteBuf in, ByteBuf out) {
    int begin = in.readerIndex();
    int end = in.writerIndex();
    int code = NalIndex.startCode(in, begin, end);
    for (int i = begin; i < code; i++) {
      if (in.getByte(i) != 0) {
        throw new MalformedException(
            "OBUs begin with 0x%02X, allowed are zeros and a start code"
                .formatted(in.getUnsignedByte(i)));
      }
    }
    while (code < end) {
      int obu = code + 3;
      code = NalIndex.startCode(in, obu, end);
      if (code > obu) {
        obu(in, obu, code, out);
      }
    }
  }

  private static void obu(ByteBuf in, int from, int to, ByteBuf out) {
    int header = in.getUnsignedByte(from);
    int start = out.writerIndex();
    if ((header & Obu.HAS_SIZE) != 0) {
      Rbsp.appendTo(out, in, from, to);
      ByteBuf written = out.slice(start, out.writerIndex() - start);
      written.skipBytes((header & Obu.EXTENSION) != 0 && to - from > 1 ? 2 : 1);
      long size = Leb128.read(written);
      if (size > written.readableBytes()) {
        throw new MalformedException(
            "OBU of %d bytes more, %d are left".formatted(size, written.readableBytes()));
      }
      // what follows is stuffing
      out.writerIndex(start + written.readerIndex() + (int) size);
      return;
    }
    int headerBytes = (header & Obu.EXTENSION) != 0 ? 2 : 1;
    if (to - from < headerBytes) {
      throw new MalformedException("OBU ends in its header");
    }
    out.writeByte(header | Obu.HAS_SIZE);
    if (headerBytes == 2) {
      out.writeByte(in.getByte(from + 1));
    }
    int payload = from + headerBytes;
    int sizeBytes = Leb128.size(to - payload); // enough: emulation prevention goes away
    int sizeAt = out.writerIndex();
    out.writeZero(sizeBytes);
    Rbsp.appendTo(out, in, payload, to);
    Leb128.set(out.writerIndex() - sizeAt - sizeBytes, sizeBytes, out, sizeAt);
  }
}
