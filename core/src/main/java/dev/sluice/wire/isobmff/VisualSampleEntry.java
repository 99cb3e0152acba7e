package dev.sluice.wire.isobmff;

import static dev.sluice.wire.Checks.checkRange;

import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * The entry of a video track (ISO/IEC 14496-12, section 12.1.3).
 *
 * @param type {@code avc1}, {@code hvc1}, …
 * @param dataReferenceIndex from 1
 * @param width coded, in samples
 * @param height coded, in samples
 * @param boxes decoder configuration, {@code pasp}, {@code colr}, …
 */
public record VisualSampleEntry(
    int type, int dataReferenceIndex, int width, int height, List<RawBox> boxes)
    implements SampleEntry {

  private static final int RESOLUTION = 0x48_0000; // 72 dpi, as the format wants
  private static final int COMPRESSOR_NAME_SIZE = 32;
  private static final int DEPTH = 24;

  public VisualSampleEntry {
    checkRange("dataReferenceIndex", dataReferenceIndex, 0, 0xFFFF);
    checkRange("width", width, 0, 0xFFFF);
    checkRange("height", height, 0, 0xFFFF);
    boxes = List.copyOf(boxes);
  }

  static VisualSampleEntry read(int format, int reference, Body body) {
    body.skip(2 + 2 + 12); // pre_defined, reserved, pre_defined
    int width = body.u16();
    int height = body.u16();
    body.skip(4 + 4 + 4 + 2); // horizresolution, vertresolution, reserved, frame_count
    body.skip(COMPRESSOR_NAME_SIZE + 2 + 2); // compressorname, depth, pre_defined
    return new VisualSampleEntry(
        format, reference, width, height, SampleEntry.readBoxes(body, format));
  }

  @Override
  public void writeBody(ByteBuf out) {
    SampleEntry.writeStart(dataReferenceIndex, out);
    out.writeZero(2 + 2 + 12).writeShort(width).writeShort(height);
    out.writeInt(RESOLUTION).writeInt(RESOLUTION).writeInt(0).writeShort(1);
    out.writeZero(COMPRESSOR_NAME_SIZE).writeShort(DEPTH).writeShort(-1);
    boxes.forEach(box -> box.write(out));
  }
}
