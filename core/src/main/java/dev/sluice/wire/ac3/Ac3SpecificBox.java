package dev.sluice.wire.ac3;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.BitReader;
import dev.sluice.wire.BitWriter;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;

/**
 * What a decoder of AC-3 is configured with, the body of {@code dac3} (section F.4).
 *
 * @param fscod sample rate code, 0 to 2
 * @param bsid 0 to 10
 * @param bsmod what the service is for, 0 to 7
 * @param acmod which channels there are, without low frequencies: 0 to 7
 * @param lfe whether there is a channel of low frequencies
 * @param bitRateCode 0 to 18
 */
public record Ac3SpecificBox(
    int fscod, int bsid, int bsmod, int acmod, boolean lfe, int bitRateCode) {

  /** Bytes. */
  public static final int SIZE = 3;

  public Ac3SpecificBox {
    checkRange("fscod", fscod, 0, 2);
    checkRange("bsid", bsid, 0, 10);
    checkRange("bsmod", bsmod, 0, 7);
    checkRange("acmod", acmod, 0, 7);
    checkRange("bitRateCode", bitRateCode, 0, SyncFrameHeader.bitRateCodes() - 1);
  }

  /**
   * What a frame says.
   *
   * @param header of AC-3
   */
  public static Ac3SpecificBox of(SyncFrameHeader header) {
    return new Ac3SpecificBox(
        header.fscod(),
        header.bsid(),
        header.bsmod(),
        header.acmod(),
        header.lfe(),
        header.frmsizecod() / 2);
  }

  /**
   * Reads the body; what follows it is not looked at.
   *
   * @throws MalformedException when it ends too early or has a reserved value
   */
  public static Ac3SpecificBox read(Bytes body) {
    BitReader bits = new BitReader(body.toArray(), "dac3");
    int fscod = bits.small(2);
    int bsid = bits.small(5);
    int bsmod = bits.small(3);
    int acmod = bits.small(3);
    boolean lfe = bits.flag();
    int bitRateCode = bits.small(5);
    bits.skip(5); // reserved
    if (fscod > 2 || bsid > 10 || bitRateCode >= SyncFrameHeader.bitRateCodes()) {
      throw new MalformedException(
          "dac3: fscod is %d, allowed is 0 to 2; bsid is %d, allowed is 0 to 10; bit_rate_code is %d, allowed is 0 to 18"
              .formatted(fscod, bsid, bitRateCode));
    }
    return new Ac3SpecificBox(fscod, bsid, bsmod, acmod, lfe, bitRateCode);
  }

  /** The body. */
  public Bytes write() {
    return new BitWriter()
        .bits(fscod, 2)
        .bits(bsid, 5)
        .bits(bsmod, 3)
        .bits(acmod, 3)
        .flag(lfe)
        .bits(bitRateCode, 5)
        .bits(0, 5)
        .toBytes();
  }

  /** Whether both say the same but for the bit rate. */
  public boolean continues(Ac3SpecificBox other) {
    return new Ac3SpecificBox(fscod, bsid, bsmod, acmod, lfe, other.bitRateCode).equals(other);
  }

  /** Samples a second. */
  public int sampleRate() {
    return SyncFrameHeader.sampleRate(fscod) >> Math.max(0, bsid - 8);
  }

  /** Channels, that of low frequencies included. */
  public int channels() {
    return SyncFrameHeader.channels(acmod, lfe);
  }

  /** Bits a second. */
  public int bitRate() {
    return 1_000 * SyncFrameHeader.bitRate(bitRateCode) >> Math.max(0, bsid - 8);
  }
}
