package dev.sluice.wire.ac3;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.BitReader;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import org.jspecify.annotations.Nullable;

/**
 * What the header of a syncframe of AC-3 or Enhanced AC-3 says (sections 4.3, 4.4.2 and E.1.2).
 *
 * @param bsid bit stream identification: to 10 AC-3, 11 to 16 Enhanced AC-3
 * @param frameType strmtyp: {@link #INDEPENDENT}, {@link #DEPENDENT} or {@link #CONVERTED}; AC-3 is
 *     independent
 * @param substream substreamid, 0 to 7
 * @param fscod sample rate code, 0 to 3
 * @param sampleRate in Hz
 * @param frameSize bytes of the whole frame, 7 to 4 096
 * @param blocks of 256 samples: 1, 2, 3 or 6
 * @param bsmod what the service is for, 0 to 7
 * @param acmod which channels there are, without low frequencies: 0 to 7
 * @param lfe whether there is a channel of low frequencies
 * @param channelMap chanmap of a dependent substream, 16 bits, the highest for the left channel; -1
 *     where there is none
 * @param convsync whether a frame of fewer than six blocks is the first of six; true for six
 * @param frmsizecod of AC-3, which tells the bit rate; else -1
 * @param objects complexity index of object audio (Dolby Atmos), -1 without
 */
public record SyncFrameHeader(
    int bsid,
    int frameType,
    int substream,
    int fscod,
    int sampleRate,
    int frameSize,
    int blocks,
    int bsmod,
    int acmod,
    boolean lfe,
    int channelMap,
    boolean convsync,
    int frmsizecod,
    int objects) {

  /** A frame that can be decoded by itself. */
  public static final int INDEPENDENT = 0;

  /** A frame with more channels for the independent one before it. */
  public static final int DEPENDENT = 1;

  /** An independent frame that was converted from AC-3. */
  public static final int CONVERTED = 2;

  /** Bytes after which it is known how long a frame is and what it belongs to. */
  public static final int MIN_SIZE = 7;

  /** Most bytes of a frame. */
  public static final int MAX_FRAME_SIZE = 4_096;

  /** Bytes within which all that is read of a header lies: 525 bits, when it has everything. */
  static final int MAX_HEADER_SIZE = 66;

  /** Samples of a block. */
  public static final int BLOCK_SAMPLES = 256;

  /** Blocks of a frame of AC-3, and of what Enhanced AC-3 calls a frame set. */
  public static final int MAX_BLOCKS = 6;

  /** syncword. */
  public static final int SYNC = 0x0B77;

  private static final int MAX_AC3 = 10;
  private static final int MAX_BSID = 16;
  private static final int[] SAMPLE_RATES = {48_000, 44_100, 32_000};
  private static final int[] BLOCKS = {1, 2, 3, 6};

  /** In kbit/s by half of frmsizecod. */
  private static final int[] BIT_RATES = {
    32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640
  };

  /** Full channels by acmod; 0 are two independent ones. */
  private static final int[] CHANNELS = {2, 1, 2, 3, 3, 4, 4, 5};

  public SyncFrameHeader {
    checkRange("bsid", bsid, 0, MAX_BSID);
    checkRange("frameType", frameType, INDEPENDENT, CONVERTED);
    checkRange("substream", substream, 0, 7);
    checkRange("frameSize", frameSize, MIN_SIZE, MAX_FRAME_SIZE);
    checkRange("acmod", acmod, 0, 7);
  }

  /**
   * Whether a header can begin with these two bytes.
   *
   * @param first16 the two bytes as a number
   */
  public static boolean isSync(int first16) {
    return first16 == SYNC;
  }

  /**
   * Reads the header at the beginning of {@code in}, whose indexes stay as they are. The bytes of
   * the whole frame must be there, or as many as the header has.
   *
   * @return null when {@code in} ends too early
   * @throws MalformedException when it is no header
   * @throws UnsupportedException when its bsid is of a later version
   */
  public static @Nullable SyncFrameHeader read(ByteBuf in) {
    Start start = Start.read(in);
    if (start == null) {
      return null;
    }
    int length = Math.min(in.readableBytes(), Math.min(start.frameSize(), MAX_HEADER_SIZE));
    boolean whole = length == start.frameSize() || length == MAX_HEADER_SIZE;
    BitReader bits =
        new BitReader(ByteBufUtil.getBytes(in, in.readerIndex(), length, false), "AC-3 header");
    try {
      return start.bsid > MAX_AC3 ? enhanced(start, bits) : plain(start, bits);
    } catch (MalformedException tooShort) {
      if (whole) {
        throw tooShort;
      }
      return null;
    }
  }

  /** Whether it is Enhanced AC-3. */
  public boolean enhanced() {
    return bsid > MAX_AC3;
  }

  /** Samples of each channel. */
  public int samples() {
    return BLOCK_SAMPLES * blocks;
  }

  /** Channels, that of low frequencies included. */
  public int channels() {
    return channels(acmod, lfe);
  }

  /** Whether a frame set begins here: the first independent substream's first frame. */
  public boolean beginsFrameSet() {
    return frameType != DEPENDENT && substream == 0;
  }

  /** Samples a second by the code, 0 to 2. */
  public static int sampleRate(int fscod) {
    return SAMPLE_RATES[fscod];
  }

  static int channels(int acmod, boolean lfe) {
    return CHANNELS[acmod] + (lfe ? 1 : 0);
  }

  /** In kbit/s. */
  static int bitRate(int bitRateCode) {
    return BIT_RATES[bitRateCode];
  }

  static int bitRateCodes() {
    return BIT_RATES.length;
  }

  /**
   * Samples of each channel in a payload of one or more frames, those of dependent and further
   * independent substreams included.
   *
   * @param payload its indexes stay as they are
   * @return 0 when it does not consist of frames
   */
  public static int samples(ByteBuf payload) {
    int blocks = 0;
    try {
      ByteBuf left = payload.duplicate();
      while (left.isReadable()) {
        Start start = Start.read(left);
        if (start == null || start.frameSize > left.readableBytes()) {
          return 0;
        }
        blocks += start.beginsFrameSet() ? start.blocks : 0;
        left.skipBytes(start.frameSize);
      }
    } catch (MalformedException | UnsupportedException _) {
      return 0;
    }
    return BLOCK_SAMPLES * blocks;
  }

  /**
   * What the first {@link #MIN_SIZE} bytes say: enough to find the next frame, and what belongs
   * together. As in {@link SyncFrameHeader}.
   *
   * @param sizeCode frmsizecod of AC-3, else -1
   */
  public record Start(
      int bsid,
      int frameType,
      int substream,
      int blocks,
      int fscod,
      int sizeCode,
      int sampleRate,
      int frameSize) {

    /**
     * Reads {@link #MIN_SIZE} bytes at the beginning of {@code in}, whose indexes stay as they are.
     *
     * @return null when {@code in} ends too early
     * @throws MalformedException when it is no header
     * @throws UnsupportedException when its bsid is of a later version
     */
    public static @Nullable Start read(ByteBuf in) {
      if (in.readableBytes() < MIN_SIZE) {
        return null;
      }
      int at = in.readerIndex();
      int sync = in.getUnsignedShort(at);
      if (sync != SYNC) {
        throw new MalformedException(
            "AC-3 header: syncword is 0x%04X, allowed is 0x0B77".formatted(sync));
      }
      int bsid = in.getUnsignedByte(at + 5) >> 3;
      if (bsid > MAX_BSID) {
        throw new UnsupportedException(
            "AC-3 header: bsid is %d, allowed is 0 to %d".formatted(bsid, MAX_BSID));
      }
      int codes = in.getUnsignedByte(at + 4);
      return bsid <= MAX_AC3
          ? plain(bsid, codes)
          : enhanced(bsid, in.getUnsignedShort(at + 2), codes);
    }

    /** Whether a frame set begins here: the first independent substream's first frame. */
    public boolean beginsFrameSet() {
      return frameType != DEPENDENT && substream == 0;
    }

    private static Start plain(int bsid, int codes) {
      int fscod = codes >> 6;
      int sizeCode = codes & 0x3F; // frmsizecod
      if (fscod == 3 || sizeCode >= 2 * BIT_RATES.length) {
        throw new MalformedException(
            "AC-3 header: fscod is %d, allowed is 0 to 2; frmsizecod is %d, allowed is 0 to 37"
                .formatted(fscod, sizeCode));
      }
      int rate = SAMPLE_RATES[fscod];
      int size = size(BIT_RATES[sizeCode / 2], rate, sizeCode & 1);
      // bsid 9 and 10 say half and a quarter of the rate, in frames as long
      return new Start(
          bsid, INDEPENDENT, 0, MAX_BLOCKS, fscod, sizeCode, rate >> Math.max(0, bsid - 8), size);
    }

    private static Start enhanced(int bsid, int first, int codes) {
      int frameType = first >> 14; // strmtyp
      if (frameType > CONVERTED) {
        throw new MalformedException("AC-3 header: strmtyp is 3, allowed is 0 to 2");
      }
      int fscod = codes >> 6;
      int second = codes >> 4 & 3; // numblkscod, or fscod2
      if (fscod == 3 && second == 3) {
        throw new MalformedException("AC-3 header: fscod2 is 3, allowed is 0 to 2");
      }
      int size = 2 * ((first & 0x7FF) + 1); // frmsiz
      if (size < MIN_SIZE) {
        throw new MalformedException(
            "AC-3 header: frame of %d bytes, allowed are %d to %d"
                .formatted(size, MIN_SIZE, MAX_FRAME_SIZE));
      }
      return new Start(
          bsid,
          frameType,
          first >> 11 & 7, // substreamid
          fscod == 3 ? MAX_BLOCKS : BLOCKS[second],
          fscod,
          -1,
          fscod == 3 ? SAMPLE_RATES[second] / 2 : SAMPLE_RATES[fscod],
          size);
    }

    /** Bytes of a frame of 1 536 samples; whole words of 16 bits, one more where it is odd. */
    private static int size(int kbps, int rate, int odd) {
      int words = kbps * 1_000 * 1_536 / 16 / rate;
      return 2 * (rate == 44_100 ? words + odd : words);
    }
  }

  private static SyncFrameHeader plain(Start start, BitReader bits) {
    bits.skip(45); // syncword, crc1, fscod, frmsizecod, bsid
    int bsmod = bits.small(3);
    int acmod = bits.small(3);
    if ((acmod & 1) != 0 && acmod != 1) {
      bits.skip(2); // cmixlev
    }
    if ((acmod & 4) != 0) {
      bits.skip(2); // surmixlev
    }
    if (acmod == 2) {
      bits.skip(2); // dsurmod
    }
    return new SyncFrameHeader(
        start.bsid(),
        INDEPENDENT,
        0,
        start.fscod(),
        start.sampleRate(),
        start.frameSize(),
        MAX_BLOCKS,
        bsmod,
        acmod,
        bits.flag(), // lfeon
        -1,
        true,
        start.sizeCode(),
        -1);
  }

  private static SyncFrameHeader enhanced(Start start, BitReader bits) {
    int type = start.frameType;
    bits.skip(36); // syncword, strmtyp, substreamid, frmsiz, fscod, numblkscod
    int acmod = bits.small(3);
    boolean lfe = bits.flag();
    bits.skip(5); // bsid
    for (int i = acmod == 0 ? 0 : 1; i < 2; i++) {
      bits.skip(5); // dialnorm
      skipIfPresent(bits, 8); // compr
    }
    int channelMap = type == DEPENDENT && bits.flag() ? bits.small(16) : -1; // chanmape
    if (bits.flag()) { // mixmdate
      skipMixing(bits, type, acmod, lfe, start.blocks);
    }
    int bsmod = bits.flag() ? information(bits, acmod, start.fscod()) : 0; // infomdate
    boolean convsync = type != INDEPENDENT || start.blocks == MAX_BLOCKS || bits.flag();
    if (type == CONVERTED && (start.blocks == MAX_BLOCKS || bits.flag())) { // blkid
      bits.skip(6); // frmsizecod
    }
    return new SyncFrameHeader(
        start.bsid(),
        type,
        start.substream,
        start.fscod(),
        start.sampleRate(),
        start.frameSize(),
        start.blocks,
        bsmod,
        acmod,
        lfe,
        channelMap,
        convsync,
        -1,
        bits.flag() ? objects(bits) : -1); // addbsie
  }

  private static void skipMixing(BitReader bits, int type, int acmod, boolean lfe, int blocks) {
    if (acmod > 2) {
      bits.skip(2); // dmixmod
      if ((acmod & 1) != 0) {
        bits.skip(6); // ltrtcmixlev, lorocmixlev
      }
    }
    if ((acmod & 4) != 0) {
      bits.skip(6); // ltrtsurmixlev, lorosurmixlev
    }
    if (lfe) {
      skipIfPresent(bits, 5); // lfemixlevcod
    }
    if (type != INDEPENDENT) {
      return;
    }
    skipIfPresent(bits, 6); // pgmscl
    if (acmod == 0) {
      skipIfPresent(bits, 6); // pgmscl2
    }
    skipIfPresent(bits, 6); // extpgmscl
    switch (bits.small(2)) { // mixdef
      case 1 -> bits.skip(5); // premixcmpsel, drcsrc, premixcmpscl
      case 2 -> bits.skip(12); // mixdata
      case 3 -> bits.skip(8 * (bits.small(5) + 2)); // mixdeflen, mixdata
      default -> {}
    }
    if (acmod < 2) {
      skipIfPresent(bits, 14); // panmean, paninfo
      if (acmod == 0) {
        skipIfPresent(bits, 14); // panmean2, paninfo2
      }
    }
    if (bits.flag()) { // frmmixcfginfoe
      if (blocks == 1) {
        bits.skip(5); // blkmixcfginfo
      } else {
        for (int i = 0; i < blocks; i++) {
          skipIfPresent(bits, 5); // blkmixcfginfo
        }
      }
    }
  }

  /** Informational metadata; all but bsmod is passed over. */
  private static int information(BitReader bits, int acmod, int fscod) {
    int bsmod = bits.small(3);
    bits.skip(2); // copyrightb, origbs
    if (acmod == 2) {
      bits.skip(4); // dsurmod, dheadphonmod
    }
    if (acmod >= 6) {
      bits.skip(2); // dsurexmod
    }
    for (int i = acmod == 0 ? 0 : 1; i < 2; i++) {
      skipIfPresent(bits, 8); // mixlevel, roomtyp, adconvtyp
    }
    if (fscod < 3) {
      bits.skip(1); // sourcefscod
    }
    return bsmod;
  }

  /** Additional bit stream information (TS 103 420, section C.3.2.1). */
  private static int objects(BitReader bits) {
    int length = bits.small(6) + 1; // addbsil
    if (length < 2) {
      return -1;
    }
    bits.skip(7);
    boolean objects = bits.flag(); // flag_ec3_extension_type_a
    int complexity = bits.small(8); // complexity_index_type_a
    return objects ? complexity : -1;
  }

  private static void skipIfPresent(BitReader bits, int count) {
    if (bits.flag()) {
      bits.skip(count);
    }
  }
}
