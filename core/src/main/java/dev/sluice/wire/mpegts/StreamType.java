package dev.sluice.wire.mpegts;

/** Values of stream_type (table 2-34; from 0x80 on ATSC, SCTE and others). */
public final class StreamType {
  /** MPEG-1 video. */
  public static final int MPEG1_VIDEO = 0x01;

  /** MPEG-2 video. */
  public static final int MPEG2_VIDEO = 0x02;

  /** MPEG-1 audio, any layer. */
  public static final int MPEG1_AUDIO = 0x03;

  /** MPEG-2 audio at half rates, any layer. */
  public static final int MPEG2_AUDIO = 0x04;

  /** PES packets of what descriptors say. */
  public static final int PRIVATE_PES = 0x06;

  /** AAC in ADTS. */
  public static final int ADTS = 0x0F;

  /** AAC in LATM. */
  public static final int LATM = 0x11;

  /** Metadata in PES packets. */
  public static final int METADATA_PES = 0x15;

  /** H.264. */
  public static final int H264 = 0x1B;

  /** H.265. */
  public static final int H265 = 0x24;

  /** AC-3, as ATSC says. */
  public static final int AC3 = 0x81;

  /** Splice information, as SCTE says: sections. */
  public static final int SPLICE = 0x86;

  /** Enhanced AC-3, as ATSC says. */
  public static final int EAC3 = 0x87;

  /** Enhanced AC-3 on Blu-ray discs. */
  public static final int BLU_RAY_EAC3 = 0x84;

  private StreamType() {}

  /** A name for people, also of types that are not handled. */
  public static String name(int type) {
    return switch (type) {
      case MPEG1_VIDEO -> "MPEG-1 video";
      case MPEG2_VIDEO -> "MPEG-2 video";
      case MPEG1_AUDIO -> "MPEG-1 audio";
      case MPEG2_AUDIO -> "MPEG-2 audio";
      case 0x05 -> "private sections";
      case PRIVATE_PES -> "private data";
      case 0x07 -> "MHEG";
      case 0x08, 0x0A, 0x0B, 0x0C, 0x0D -> "DSM-CC";
      case 0x09, 0x0E -> "auxiliary data";
      case ADTS -> "AAC (ADTS)";
      case 0x10 -> "MPEG-4 video";
      case LATM -> "AAC (LATM)";
      case 0x12, 0x13 -> "MPEG-4 systems";
      case METADATA_PES -> "metadata";
      case 0x16, 0x17, 0x18, 0x19 -> "metadata in sections or carousels";
      case 0x1A -> "MPEG-2 IPMP";
      case H264 -> "H.264";
      case 0x1C -> "MPEG-4 raw audio";
      case 0x1D -> "MPEG-4 text";
      case 0x1E -> "auxiliary video";
      case 0x1F -> "SVC";
      case 0x20 -> "MVC";
      case 0x21 -> "JPEG 2000";
      case H265 -> "H.265";
      case 0x25 -> "H.265 temporal subset";
      case 0x2D, 0x2E -> "MPEG-H 3D audio";
      case 0x32 -> "JPEG XS";
      case 0x33 -> "H.266";
      case 0x42 -> "AVS video";
      case AC3 -> "AC-3";
      case SPLICE -> "SCTE 35";
      case EAC3 -> "E-AC-3";
      case 0xD1 -> "Dirac";
      case 0xD2 -> "AVS2 video";
      case 0xD4 -> "AVS3 video";
      case 0xEA -> "VC-1";
      default -> type >= 0x80 ? "user private" : "reserved";
    };
  }
}
