package dev.sluice.wire.isobmff;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * The entry of a track that is neither video nor audio.
 *
 * @param type its four characters
 * @param dataReferenceIndex from 1
 * @param rest what follows, as it came
 */
public record OtherSampleEntry(int type, int dataReferenceIndex, Bytes rest)
    implements SampleEntry {
  public OtherSampleEntry {
    checkRange("dataReferenceIndex", dataReferenceIndex, 0, 0xFFFF);
  }

  @Override
  public List<RawBox> boxes() {
    return List.of();
  }

  @Override
  public void writeBody(ByteBuf out) {
    SampleEntry.writeStart(dataReferenceIndex, out);
    rest.writeTo(out);
  }
}
