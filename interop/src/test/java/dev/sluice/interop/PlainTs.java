package dev.sluice.interop;

import dev.sluice.interop.Frames.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds AV1 in a transport stream, which neither ffmpeg 8 nor Debian's GStreamer read there: by
 * ISO/IEC 13818-1 and "Carriage of AV1 in MPEG-2 TS" 1.0. It knows nothing of the server's own
 * readers and writers; packets that are lost, or tables that are wrong, are a failure.
 */
final class PlainTs {
  private static final int PACKET = 188;
  private static final int PRIVATE_PES = 0x06;
  private static final int REGISTRATION = 0x05;
  private static final int AV01 = 0x41563031;
  private static final int TEMPORAL_DELIMITER = 2;

  private final Map<Integer, Integer> counters = new HashMap<>();
  private final Map<Integer, ByteArrayOutputStream> sections = new HashMap<>();
  private final List<Frame> frames = new ArrayList<>();
  private final ByteArrayOutputStream pes = new ByteArrayOutputStream();
  private int mapPid = -1;
  private int videoPid = -1;

  private PlainTs() {}

  /** The one stream of AV1, with OBUs as other containers have them. */
  static HashedStreams av1(byte[] file) {
    check(file.length % PACKET == 0, "a packet is cut off");
    PlainTs ts = new PlainTs();
    for (int at = 0; at < file.length; at += PACKET) {
      ts.packet(ByteBuffer.wrap(file, at, PACKET).slice());
    }
    ts.endPes();
    check(ts.videoPid >= 0, "no AV1 in the PMT");
    return new HashedStreams(List.of(new HashedStreams.One(true, "av1", ts.frames)));
  }

  private void packet(ByteBuffer in) {
    int word = in.getInt();
    check(word >>> 24 == 0x47, "sync_byte");
    check((word & 0x80_0000) == 0, "transport_error_indicator");
    check((word & 0xC0) == 0, "transport_scrambling_control");
    boolean starts = (word & 0x40_0000) != 0;
    int pid = word >> 8 & 0x1FFF;
    if ((word & 0x20) != 0) {
      int length = in.get() & 0xFF;
      in.position(in.position() + length);
    }
    if ((word & 0x10) == 0) {
      return;
    }
    int counter = word & 0x0F;
    Integer before = counters.put(pid, counter);
    check(before == null || (before + 1 & 0x0F) == counter, "packets are missing on " + pid);
    if (pid == 0 || pid == mapPid) {
      section(pid, starts, in);
    } else if (pid == videoPid) {
      if (starts) {
        endPes();
      }
      pes.writeBytes(rest(in));
    }
  }

  /** Puts a section together; each begins in a packet of its own and fills no other's. */
  private void section(int pid, boolean starts, ByteBuffer in) {
    ByteArrayOutputStream whole = sections.computeIfAbsent(pid, _ -> new ByteArrayOutputStream());
    if (starts) {
      whole.reset();
      check(in.get() == 0, "pointer_field");
    }
    whole.writeBytes(rest(in));
    ByteBuffer section = ByteBuffer.wrap(whole.toByteArray());
    int length = 3 + (section.getShort(1) & 0x0FFF);
    if (section.capacity() >= length) {
      check(crc(section, length) == 0, "CRC_32 of a section");
      section.position(8).limit(length - 4);
      if (pid == 0) {
        section.getShort();
        mapPid = section.getShort() & 0x1FFF;
      } else {
        map(section);
      }
    }
  }

  private void map(ByteBuffer in) {
    in.getShort(); // PCR_PID
    int about = in.getShort() & 0x0FFF;
    in.position(in.position() + about);
    while (in.hasRemaining()) {
      int type = in.get() & 0xFF;
      int pid = in.getShort() & 0x1FFF;
      int length = in.getShort() & 0x0FFF;
      ByteBuffer descriptors = in.slice(in.position(), length);
      in.position(in.position() + length);
      if (type == PRIVATE_PES && isAv1(descriptors)) {
        check(videoPid < 0 || videoPid == pid, "AV1 twice");
        videoPid = pid;
      }
    }
  }

  private static boolean isAv1(ByteBuffer descriptors) {
    while (descriptors.hasRemaining()) {
      int tag = descriptors.get() & 0xFF;
      int length = descriptors.get() & 0xFF;
      int at = descriptors.position();
      if (tag == REGISTRATION && length >= 4 && descriptors.getInt(at) == AV01) {
        return true;
      }
      descriptors.position(at + length);
    }
    return false;
  }

  /** A PES packet is complete: one temporal unit. */
  private void endPes() {
    if (pes.size() == 0) {
      return;
    }
    ByteBuffer in = ByteBuffer.wrap(pes.toByteArray());
    pes.reset();
    check(in.getInt() == 0x1BD, "stream_id of AV1");
    int length = in.getShort() & 0xFFFF;
    check(length == 0 || length == in.remaining(), "PES_packet_length");
    in.get();
    int flags = in.get() & 0xFF;
    int header = in.get() & 0xFF;
    int body = in.position() + header;
    check((flags & 0x80) != 0, "a PES packet without PTS");
    double pts = stamp(in);
    double dts = (flags & 0x40) != 0 ? stamp(in) : pts;
    in.position(body);
    frames.add(new Frame(dts / 90, pts / 90, PlainFlv.md5(temporalUnit(rest(in)))));
  }

  private static double stamp(ByteBuffer in) {
    long high = in.get() >> 1 & 7;
    long middle = (in.getShort() & 0xFFFF) >> 1;
    long low = (in.getShort() & 0xFFFF) >> 1;
    return high << 30 | middle << 15 | low;
  }

  /** OBUs behind start codes, bytes put in so that nothing else looks like one: without these. */
  private static byte[] temporalUnit(byte[] coded) {
    ByteArrayOutputStream unit = new ByteArrayOutputStream();
    ByteArrayOutputStream obu = new ByteArrayOutputStream();
    int zeros = 0;
    boolean begun = false;
    for (byte octet : coded) {
      if (zeros >= 2 && octet == 3) {
        zeros = 0;
        continue;
      }
      if (zeros >= 2 && octet == 1) {
        byte[] before = obu.toByteArray(); // with the two zeros of the start code
        add(before, before.length - 2, unit);
        obu.reset();
        zeros = 0;
        begun = true;
        continue;
      }
      check(begun || octet == 0, "a temporal unit begins without a start code");
      zeros = octet == 0 ? zeros + 1 : 0;
      obu.write(octet);
    }
    add(obu.toByteArray(), obu.size(), unit);
    return unit.toByteArray();
  }

  /** Adds an OBU, which has its size, unless it is a temporal delimiter. */
  private static void add(byte[] obu, int length, ByteArrayOutputStream unit) {
    if (length <= 0) {
      return;
    }
    check((obu[0] & 0x82) == 2, "an OBU without its size"); // and obu_forbidden_bit
    if ((obu[0] >> 3 & 15) != TEMPORAL_DELIMITER) {
      unit.write(obu, 0, length);
    }
  }

  private static int crc(ByteBuffer section, int length) {
    int crc = -1;
    for (int i = 0; i < length; i++) {
      crc ^= section.get(i) << 24;
      for (int bit = 0; bit < 8; bit++) {
        crc = crc < 0 ? crc << 1 ^ 0x04C1_1DB7 : crc << 1;
      }
    }
    return crc;
  }

  private static byte[] rest(ByteBuffer in) {
    byte[] bytes = new byte[in.remaining()];
    in.get(bytes);
    return bytes;
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("TS: " + what);
    }
  }
}
