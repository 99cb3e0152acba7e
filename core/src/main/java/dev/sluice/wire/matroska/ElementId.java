package dev.sluice.wire.matroska;

/** Element IDs with their length markers, as they stand in a file (RFC 9559, section 5). */
public final class ElementId {
  public static final int EBML = 0x1A45DFA3;
  public static final int DOC_TYPE = 0x4282;
  public static final int DOC_TYPE_READ_VERSION = 0x4285;
  public static final int EBML_MAX_ID_LENGTH = 0x42F2;
  public static final int EBML_MAX_SIZE_LENGTH = 0x42F3;
  public static final int VOID = 0xEC;
  public static final int CRC_32 = 0xBF;

  public static final int SEGMENT = 0x18538067;
  public static final int SEEK_HEAD = 0x114D9B74;
  public static final int SEEK = 0x4DBB;
  public static final int SEEK_ID = 0x53AB;
  public static final int SEEK_POSITION = 0x53AC;

  public static final int INFO = 0x1549A966;
  public static final int TIMESTAMP_SCALE = 0x2AD7B1;
  public static final int DURATION = 0x4489;

  public static final int TRACKS = 0x1654AE6B;
  public static final int TRACK_ENTRY = 0xAE;
  public static final int TRACK_NUMBER = 0xD7;
  public static final int TRACK_TYPE = 0x83;
  public static final int FLAG_ENABLED = 0xB9;
  public static final int DEFAULT_DURATION = 0x23E383;
  public static final int CODEC_ID = 0x86;
  public static final int CODEC_PRIVATE = 0x63A2;
  public static final int CODEC_DELAY = 0x56AA;
  public static final int LANGUAGE = 0x22B59C;
  public static final int LANGUAGE_BCP47 = 0x22B59D;
  public static final int VIDEO = 0xE0;
  public static final int PIXEL_WIDTH = 0xB0;
  public static final int PIXEL_HEIGHT = 0xBA;
  public static final int AUDIO = 0xE1;
  public static final int SAMPLING_FREQUENCY = 0xB5;
  public static final int CHANNELS = 0x9F;
  public static final int CONTENT_ENCODINGS = 0x6D80;
  public static final int CONTENT_ENCODING = 0x6240;
  public static final int CONTENT_ENCODING_SCOPE = 0x5032;
  public static final int CONTENT_ENCODING_TYPE = 0x5033;
  public static final int CONTENT_COMPRESSION = 0x5034;
  public static final int CONTENT_COMP_ALGO = 0x4254;
  public static final int CONTENT_COMP_SETTINGS = 0x4255;

  public static final int CLUSTER = 0x1F43B675;
  public static final int TIMESTAMP = 0xE7;
  public static final int SIMPLE_BLOCK = 0xA3;
  public static final int BLOCK_GROUP = 0xA0;
  public static final int BLOCK = 0xA1;
  public static final int BLOCK_DURATION = 0x9B;
  public static final int REFERENCE_BLOCK = 0xFB;

  public static final int CUES = 0x1C53BB6B;
  public static final int CUE_POINT = 0xBB;
  public static final int CUE_TIME = 0xB3;
  public static final int CUE_TRACK_POSITIONS = 0xB7;
  public static final int CUE_TRACK = 0xF7;
  public static final int CUE_CLUSTER_POSITION = 0xF1;

  public static final int CHAPTERS = 0x1043A770;
  public static final int ATTACHMENTS = 0x1941A469;
  public static final int TAGS = 0x1254C367;

  private ElementId() {}

  /** Whether an element of this ID stands in a segment and not in a cluster: it ends one. */
  public static boolean isTopLevel(int id) {
    return switch (id) {
      case SEEK_HEAD, INFO, TRACKS, CLUSTER, CUES, CHAPTERS, ATTACHMENTS, TAGS, SEGMENT, EBML ->
          true;
      default -> false;
    };
  }
}
