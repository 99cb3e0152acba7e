package dev.sluice.wire.mpegts;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** The parsers of MPEG-TS against any bytes; {@code JAZZER_FUZZ=1} searches. */
class MpegTsSyntaxFuzzTest {

  /** The first byte says how long packet payloads are; each payload's first bit, if it starts. */
  @FuzzTest(maxDuration = "60s")
  void anyPayloadsAreSectionsOrLeftOut(byte[] input) {
    var assembler = new SectionAssembler(Section.MAX_SIZE);
    ByteBuf in = Unpooled.wrappedBuffer(input);
    int step = in.isReadable() ? 1 + in.readUnsignedByte() : 1;
    while (in.isReadable()) {
      boolean start = in.readUnsignedByte() < 128;
      int length = Math.min(step, in.readableBytes());
      assembler.packet(start, in, in.readerIndex(), length, MpegTsSyntaxFuzzTest::section);
      in.skipBytes(length);
    }
    assembler.reset();
    assertThat(assembler.unfinished()).isFalse();
  }

  @FuzzTest(maxDuration = "60s")
  void anyBytesAreASectionOrRefused(byte[] input) {
    section(Unpooled.wrappedBuffer(input));
    // so that the CRC does not keep the rest from being tried
    ByteBuf mended = Unpooled.buffer();
    mended.writeBytes(input);
    if (input.length >= 3 && input.length <= Section.MAX_SIZE - Section.CRC_SIZE) {
      int length = input.length - Section.PREFIX_SIZE + Section.CRC_SIZE;
      mended.setShort(1, 0xB000 | length);
      mended.writeInt(Crc32Mpeg.of(mended, 0, input.length));
      section(mended);
    }
  }

  @FuzzTest(maxDuration = "60s")
  void anyBytesAreAPesHeaderOrRefused(byte[] input) {
    ByteBuf in = Unpooled.wrappedBuffer(input);
    try {
      PesHeader header = PesHeader.read(in);
      assertThat(in.readerIndex() == 0).isEqualTo(header == null);
    } catch (MalformedException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
    if (input.length > 0 && input[0] >= 0 && input[0] < input.length) {
      try {
        AdaptationField field = AdaptationField.read(in, 0);
        assertThat(field.privateData().size()).isLessThan(input.length);
      } catch (MalformedException refused) {
        assertThat(refused.getMessage()).isNotEmpty();
      }
    }
  }

  @FuzzTest(maxDuration = "60s")
  void anyBytesAreACellOrRefused(byte[] input) {
    ByteBuf in = Unpooled.wrappedBuffer(input);
    try {
      MetadataCell cell = MetadataCell.read(in);
      assertThat(in.readerIndex() == 0).isEqualTo(cell == null);
      if (cell != null) {
        assertThat(cell.dataSize()).isLessThanOrEqualTo(in.readableBytes());
      }
    } catch (MalformedException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
  }

  private static void section(ByteBuf bytes) {
    try {
      if (bytes.isReadable() && bytes.getUnsignedByte(bytes.readerIndex()) == 0xFC) {
        var splice = new SpliceInfoSection(Bytes.copyOf(bytes));
        assertThat(splice.movedBy(5).movedBy(-5)).isEqualTo(splice);
        return;
      }
      Section section = Section.read(bytes);
      switch (section.tableId()) {
        case ProgramAssociation.TABLE_ID -> {
          var pat = ProgramAssociation.of(section);
          assertThat(ProgramAssociation.of(pat.section())).isEqualTo(pat);
        }
        case ProgramMap.TABLE_ID -> {
          var pmt = ProgramMap.of(section);
          assertThat(ProgramMap.of(pmt.section())).isEqualTo(pmt);
          pmt.streams().forEach(MpegTsSyntaxFuzzTest::stream);
        }
        default -> assertThat(section.body().size()).isLessThan(Section.MAX_SIZE);
      }
    } catch (MalformedException refused) {
      assertThat(refused.getMessage()).isNotEmpty();
    }
  }

  private static void stream(ProgramMap.Stream stream) {
    var descriptors = stream.descriptors();
    assertThat(Descriptor.language(descriptors)).hasSizeLessThanOrEqualTo(3);
    assertThat(RegistrationDescriptor.format(descriptors)).hasSizeLessThanOrEqualTo(4);
    assertThat(OpusDescriptor.body(descriptors).size()).isLessThan(255);
    for (Descriptor descriptor : descriptors) {
      MetadataDescriptor metadata = MetadataDescriptor.of(descriptor);
      if (metadata != null) {
        assertThat(metadata.format()).hasSizeLessThanOrEqualTo(4);
      }
    }
    assertThat(StreamType.name(stream.type())).isNotEmpty();
  }
}
