package dev.sluice.wire.isobmff;

import static dev.sluice.wire.Checks.checkRange;

import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * The entry of an audio track (ISO/IEC 14496-12, section 12.2.3; QuickTime, Sound Sample
 * Description of versions 0 to 2). It is written in version 0.
 *
 * @param type {@code mp4a}, {@code Opus}, …
 * @param dataReferenceIndex from 1
 * @param channels how many there are
 * @param sampleSize bits of a sample before coding, 16 where it means nothing
 * @param sampleRate in Hz; 0 where it does not fit 16 bits, as of 65 536 Hz and more
 * @param boxes decoder configuration, {@code btrt}, …
 */
public record AudioSampleEntry(
    int type,
    int dataReferenceIndex,
    int channels,
    int sampleSize,
    int sampleRate,
    List<RawBox> boxes)
    implements SampleEntry {

  private static final int QUICKTIME_V1_SIZE = 16;

  /** Behind sizeOfStructOnly, sample rate and channels. */
  private static final int QUICKTIME_V2_REST = 4 + 4 + 4 + 4 + 4;

  public AudioSampleEntry {
    checkRange("dataReferenceIndex", dataReferenceIndex, 0, 0xFFFF);
    checkRange("channels", channels, 0, 0xFFFF);
    checkRange("sampleSize", sampleSize, 0, 0xFFFF);
    checkRange("sampleRate", sampleRate, 0, 0xFFFF);
    boxes = List.copyOf(boxes);
  }

  static AudioSampleEntry read(int format, int reference, boolean quickTime, Body body) {
    int version = body.u16();
    body.skip(6); // revision level, vendor
    int channels = body.u16();
    int sampleSize = body.u16();
    body.skip(4); // compression ID, packet size
    int sampleRate = (int) (body.u32() >> 16);
    if (quickTime && version == 1) {
      body.skip(QUICKTIME_V1_SIZE);
    } else if (quickTime && version == 2) {
      body.skip(4); // sizeOfStructOnly
      double rate = Double.longBitsToDouble(body.i64());
      sampleRate = rate > 0 && rate <= 0xFFFF ? (int) rate : 0;
      channels = (int) Math.min(body.u32(), 0xFFFF);
      body.skip(QUICKTIME_V2_REST);
    }
    return new AudioSampleEntry(
        format, reference, channels, sampleSize, sampleRate, SampleEntry.readBoxes(body, format));
  }

  @Override
  public void writeBody(ByteBuf out) {
    SampleEntry.writeStart(dataReferenceIndex, out);
    out.writeZero(8).writeShort(channels).writeShort(sampleSize).writeInt(0);
    out.writeInt(sampleRate << 16);
    boxes.forEach(box -> box.write(out));
  }
}
