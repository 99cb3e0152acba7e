package dev.sluice.interop;

import dev.sluice.interop.Frames.Frame;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Takes an FLV recording apart, with the packets of Enhanced RTMP v2, for what no other program
 * reads. It knows nothing of the server's own readers and writers; what it does not know is a
 * failure.
 */
final class PlainFlv {
  private static final int FILE_HEADER = 9;
  private static final int TAG_HEADER = 11;
  private static final int AUDIO = 8;
  private static final int VIDEO = 9;

  // packet types of Enhanced RTMP
  private static final int SEQUENCE_START = 0;
  private static final int CODED_FRAMES = 1;
  private static final int CODED_FRAMES_X = 3;
  private static final int AUDIO_MULTITRACK = 5;
  private static final int VIDEO_MULTITRACK = 6;
  private static final int MOD_EX = 7;

  // multitrack types
  private static final int ONE_TRACK = 0;
  private static final int MANY_CODECS = 2;

  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("avc1", "h264"),
          Map.entry("hvc1", "hevc"),
          Map.entry("av01", "av1"),
          Map.entry("vp09", "vp9"),
          Map.entry("vp08", "vp8"),
          Map.entry("mp4a", "aac"),
          Map.entry(".mp3", "mp3"),
          Map.entry("Opus", "opus"),
          Map.entry("ac-3", "ac3"),
          Map.entry("ec-3", "eac3"),
          Map.entry("fLaC", "flac"));

  /** A tag: {@code type} 8, 9 or 18. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Tag(int type, int timestampMs, byte[] body) {
    /** Whether it is sound to be heard; else it is a picture, or something said of either. */
    boolean isSound() {
      return type == AUDIO
          && switch ((body[0] & 0xFF) >> 4) {
            case 9 -> (body[0] & 0x0F) == CODED_FRAMES;
            case 10 -> body[1] == 1;
            default -> true;
          };
    }
  }

  private final Map<Integer, HashedStreams.One> streams = new TreeMap<>();

  private PlainFlv() {}

  /** The tags of a file; one that was cut off at the end is a failure, too. */
  static List<Tag> tags(byte[] file) {
    ByteBuffer in = ByteBuffer.wrap(file);
    check(in.getInt() == 0x464C5601, "this is no FLV");
    in.position(FILE_HEADER);
    check(in.getInt() == 0, "PreviousTagSize0");
    List<Tag> tags = new ArrayList<>();
    while (in.hasRemaining()) {
      int type = in.get() & 0x1F;
      int length = medium(in);
      int timestampMs = medium(in) | (in.get() & 0xFF) << 24;
      check(medium(in) == 0, "StreamID");
      byte[] body = new byte[length];
      in.get(body);
      check(in.getInt() == TAG_HEADER + length, "PreviousTagSize");
      tags.add(new Tag(type, timestampMs, body));
    }
    return tags;
  }

  /** The pictures and sounds of a file, each track of it as one stream. */
  static HashedStreams read(byte[] file) {
    PlainFlv flv = new PlainFlv();
    for (Tag tag : tags(file)) {
      ByteBuffer body = ByteBuffer.wrap(tag.body);
      switch (tag.type) {
        case AUDIO -> flv.audio(body, tag.timestampMs);
        case VIDEO -> flv.video(body, tag.timestampMs);
        default -> {}
      }
    }
    return new HashedStreams(List.copyOf(flv.streams.values()));
  }

  private void video(ByteBuffer in, int atMs) {
    int head = in.get() & 0xFF;
    if ((head & 0x80) != 0) {
      enhanced(true, head & 0x0F, in, atMs);
      return;
    }
    check((head & 0x0F) == 7, "CodecID " + (head & 0x0F));
    int packetType = in.get();
    int composition = signedMedium(in);
    if (packetType == 1) {
      frame(true, 0, "h264", atMs, composition, in);
    }
  }

  private void audio(ByteBuffer in, int atMs) {
    int head = in.get() & 0xFF;
    int format = head >> 4;
    switch (format) {
      case 9 -> enhanced(false, head & 0x0F, in, atMs);
      case 10 -> {
        if (in.get() == 1) {
          frame(false, 0, "aac", atMs, 0, in);
        }
      }
      case 2 -> frame(false, 0, "mp3", atMs, 0, in);
      case 7 -> frame(false, 0, "pcm_alaw", atMs, 0, in);
      case 8 -> frame(false, 0, "pcm_mulaw", atMs, 0, in);
      default -> throw new AssertionError("SoundFormat " + format);
    }
  }

  private void enhanced(boolean video, int first, ByteBuffer in, int atMs) {
    int packetType = first;
    while (packetType == MOD_EX) {
      int size = (in.get() & 0xFF) + 1;
      size = size == 256 ? (in.getShort() & 0xFFFF) + 1 : size;
      in.position(in.position() + size);
      packetType = in.get() & 0x0F;
    }
    if (packetType != (video ? VIDEO_MULTITRACK : AUDIO_MULTITRACK)) {
      packet(video, 0, fourCc(in), packetType, in, atMs);
      return;
    }
    int kinds = in.get() & 0xFF;
    int multitrack = kinds >> 4;
    String shared = multitrack == MANY_CODECS ? "" : fourCc(in);
    while (in.hasRemaining()) {
      String fourCc = multitrack == MANY_CODECS ? fourCc(in) : shared;
      int track = in.get() & 0xFF;
      int size = multitrack == ONE_TRACK ? in.remaining() : medium(in);
      ByteBuffer body = in.slice(in.position(), size);
      in.position(in.position() + size);
      packet(video, track, fourCc, kinds & 0x0F, body, atMs);
    }
  }

  private void packet(
      boolean video, int track, String fourCc, int packetType, ByteBuffer in, int atMs) {
    String codec = NAMES.getOrDefault(fourCc, fourCc);
    boolean composed = codec.equals("h264") || codec.equals("hevc");
    if (packetType == SEQUENCE_START) {
      stream(video, track, codec);
    } else if (packetType == CODED_FRAMES) {
      int composition = video && composed ? signedMedium(in) : 0;
      frame(video, track, codec, atMs, composition, in);
    } else if (packetType == CODED_FRAMES_X && video) {
      frame(true, track, codec, atMs, 0, in);
    }
  }

  private void frame(
      boolean video, int track, String codec, int atMs, int composition, ByteBuffer in) {
    byte[] payload = new byte[in.remaining()];
    in.get(payload);
    stream(video, track, codec).frames().add(new Frame(atMs, atMs + composition, md5(payload)));
  }

  private HashedStreams.One stream(boolean video, int track, String codec) {
    HashedStreams.One stream =
        streams.computeIfAbsent(
            (video ? 0 : 0x100) + track,
            _ -> new HashedStreams.One(video, codec, new ArrayList<>()));
    check(stream.codec().equals(codec), "a track is " + stream.codec() + " and " + codec);
    return stream;
  }

  /** MD5, as ffmpeg writes it. */
  static String md5(byte[]... pieces) {
    try {
      MessageDigest digest = MessageDigest.getInstance("MD5");
      Arrays.stream(pieces).forEach(digest::update);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String fourCc(ByteBuffer in) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      text.append((char) (in.get() & 0xFF));
    }
    return text.toString();
  }

  private static int medium(ByteBuffer in) {
    return (in.getShort() & 0xFFFF) << 8 | in.get() & 0xFF;
  }

  private static int signedMedium(ByteBuffer in) {
    return in.getShort() << 8 | in.get() & 0xFF;
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("FLV: " + what);
    }
  }
}
