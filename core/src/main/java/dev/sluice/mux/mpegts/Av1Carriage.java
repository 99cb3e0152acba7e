package dev.sluice.mux.mpegts;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.mpegts.Descriptor;
import dev.sluice.wire.mpegts.PesHeader;
import dev.sluice.wire.mpegts.RegistrationDescriptor;
import dev.sluice.wire.mpegts.StreamType;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * AV1 (Carriage of AV1 in MPEG-2 TS 1.0, section 3): each OBU, with its size, behind a start code,
 * with bytes put in so that nothing else looks like one.
 */
final class Av1Carriage extends TsCarriage {
  private static final int CONFIGURATION_SIZE = 4;
  private static final int START_CODE = 3;
  private static final int HAS_EXTENSION = 4;
  private static final int HAS_SIZE = 2;
  private static final int MAX_LEB128 = 8;

  Av1Carriage(Track track) {
    super(track, StreamType.PRIVATE_PES, PesHeader.PRIVATE_1, descriptors(track));
  }

  /** The registration comes first, the video descriptor right behind it (section 2). */
  private static List<Descriptor> descriptors(Track track) {
    ByteBuf record = track.configuration().buffer();
    if (record.readableBytes() < CONFIGURATION_SIZE) {
      throw new MalformedException("AV1CodecConfigurationRecord ends before its 4th byte");
    }
    byte[] body = new byte[CONFIGURATION_SIZE];
    record.readBytes(body);
    body[CONFIGURATION_SIZE - 1] |= (byte) 0xC0; // hdr_wcg_idc 3: nothing is said
    List<Descriptor> descriptors = new ArrayList<>();
    descriptors.add(new RegistrationDescriptor(RegistrationDescriptor.AV1).descriptor());
    descriptors.add(new Descriptor(Descriptor.AV1_VIDEO, Bytes.of(body)));
    descriptors.addAll(TsCarriages.language(track));
    return descriptors;
  }

  @Override
  int size(AccessUnit unit) {
    ByteBuffer payload = unit.payload().nioBuffer();
    int end = payload.limit();
    int size = 0;
    for (int at = 0; at < end; ) {
      int next = next(payload, at, end);
      size += START_CODE + (next - at) + escapes(payload, at, next);
      at = next;
    }
    return size;
  }

  @Override
  void write(AccessUnit unit, PesWriter out) {
    ByteBuffer payload = unit.payload().nioBuffer();
    int end = payload.limit();
    for (int at = 0; at < end; ) {
      int next = next(payload, at, end);
      out.put(0);
      out.put(0);
      out.put(1);
      write(payload, at, next, out);
      at = next;
    }
  }

  /** Where the OBU at {@code at} ends; an OBU without size, or with a wrong one, is the last. */
  private static int next(ByteBuffer in, int at, int end) {
    int header = in.get(at);
    int next = at + ((header & HAS_EXTENSION) != 0 ? 2 : 1);
    if ((header & HAS_SIZE) == 0) {
      return end;
    }
    long size = 0;
    for (int i = 0; i < MAX_LEB128 && next < end; i++) {
      int octet = in.get(next++);
      size |= (long) (octet & 0x7F) << 7 * i;
      if (octet >= 0) {
        return size > end - next ? end : next + (int) size;
      }
    }
    return end;
  }

  private static int escapes(ByteBuffer in, int from, int end) {
    int escapes = 0;
    int zeros = 0;
    for (int at = from; at < end; at++) {
      int octet = in.get(at);
      if (zeros >= 2 && octet >= 0 && octet <= 3) {
        escapes++;
        zeros = 0;
      }
      zeros = octet == 0 ? zeros + 1 : 0;
    }
    return escapes;
  }

  private static void write(ByteBuffer in, int from, int end, PesWriter out) {
    int zeros = 0;
    int written = from;
    for (int at = from; at < end; at++) {
      int octet = in.get(at);
      if (zeros >= 2 && octet >= 0 && octet <= 3) {
        out.put(in, written, at - written);
        out.put(3);
        written = at;
        zeros = 0;
      }
      zeros = octet == 0 ? zeros + 1 : 0;
    }
    out.put(in, written, end - written);
  }
}
