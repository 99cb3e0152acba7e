package dev.sluice.wire.isobmff;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;

/**
 * {@code dOps} (Encapsulation of Opus in ISO Base Media File Format, section 4.3.2): the fields of
 * the identification header (RFC 7845), big-endian.
 *
 * @param channels OutputChannelCount, 1 to 255
 * @param preSkip samples of 48 kHz to leave out at the beginning
 * @param inputSampleRate of what was encoded, Hz
 * @param outputGain in 1/256 dB
 * @param mappingFamily 0: mono or stereo
 * @param mapping for other families: StreamCount, CoupledCount and a byte for each channel; else
 *     empty
 */
public record OpusSpecificBox(
    int channels,
    int preSkip,
    long inputSampleRate,
    int outputGain,
    int mappingFamily,
    Bytes mapping)
    implements Box {

  public OpusSpecificBox {
    checkRange("channels", channels, 1, 255);
    checkRange("preSkip", preSkip, 0, 0xFFFF);
    checkRange("inputSampleRate", inputSampleRate, 0, 0xFFFF_FFFFL);
    checkRange("outputGain", outputGain, Short.MIN_VALUE, Short.MAX_VALUE);
    checkRange("mappingFamily", mappingFamily, 0, 255);
    int mappingSize = mappingFamily == 0 ? 0 : 2 + channels;
    checkRange("bytes of mapping", mapping.size(), mappingSize, mappingSize);
  }

  /**
   * Reads the body of one box.
   *
   * @throws dev.sluice.wire.MalformedException when it ends too early, has no channel or is of
   *     another version
   */
  public static OpusSpecificBox read(ByteBuf in) {
    Body body = new Body(in, BoxType.DOPS);
    int version = body.u8();
    if (version != 0) {
      throw body.fault("Version", Integer.toString(version), "0");
    }
    int channels = body.u8();
    if (channels == 0) {
      throw body.fault("OutputChannelCount", "0", "1 to 255");
    }
    int preSkip = body.u16();
    long rate = body.u32();
    int gain = body.i16();
    int family = body.u8();
    Bytes mapping = family == 0 ? Bytes.EMPTY : body.bytes(2 + channels);
    return new OpusSpecificBox(channels, preSkip, rate, gain, family, mapping);
  }

  @Override
  public int type() {
    return BoxType.DOPS;
  }

  @Override
  public void writeBody(ByteBuf out) {
    out.writeByte(0).writeByte(channels).writeShort(preSkip);
    out.writeInt((int) inputSampleRate).writeShort(outputGain).writeByte(mappingFamily);
    mapping.writeTo(out);
  }
}
