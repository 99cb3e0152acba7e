package dev.sluice.wire.mpegts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescriptorsTest {
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "0A04656E6700, eng",
    "0A04454E4700, eng",
    "0A0864657500656E6700, deu",
    "0A04756E6400, ''",
    "0A03656E67, eng",
    "0A02656E, ''",
    "0A0431323300, ''",
    "0A00, ''",
    "5605667261 0888, fra",
    "5908 697461 10 0001 0001, ita",
    "0504414331202, ''",
    "05044F707573 0A04656E6700, eng",
  })
  void theLanguageIsFound(String hex, String language) {
    String digits = hex.replace(" ", "");
    ByteBuf in = Bytes.ofHex(digits.substring(0, digits.length() & ~1)).buffer();
    List<Descriptor> descriptors;
    try {
      descriptors = Descriptor.readAll(in, in.readableBytes());
    } catch (MalformedException cut) {
      descriptors = List.of();
    }
    assertThat(Descriptor.language(descriptors)).isEqualTo(language);
  }

  @Test
  void registrations() {
    var opus = new RegistrationDescriptor(RegistrationDescriptor.OPUS).descriptor();
    var klv = new RegistrationDescriptor(RegistrationDescriptor.KLV).descriptor();
    assertThat(RegistrationDescriptor.format(List.of(opus, klv))).isEqualTo("Opus");
    assertThat(RegistrationDescriptor.names(List.of(opus, klv), "KLVA")).isTrue();
    assertThat(RegistrationDescriptor.names(List.of(opus, klv), "AV01")).isFalse();
    assertThat(RegistrationDescriptor.format(List.of(new Descriptor(5, Bytes.ofHex("4F7075")))))
        .isEmpty();
    assertThat(opus.body()).isEqualTo(Bytes.ofHex("4F707573"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "FFFF49443320FF49443320000F, 'ID3 ', 'ID3 ', 0",
    "0100FF4B4C5641000F, '', KLVA, 0",
    "0100FE050F, '', '', 5",
  })
  void metadata(String hex, String application, String format, int service) {
    var descriptor = new Descriptor(Descriptor.METADATA, Bytes.ofHex(hex));
    var metadata = new MetadataDescriptor(application, format, service);
    assertThat(MetadataDescriptor.of(descriptor)).isEqualTo(metadata);
    assertThat(metadata.descriptor()).isEqualTo(descriptor);
    for (int size = 0; size < descriptor.body().size() - 1; size++) {
      ByteBuf truncated = descriptor.body().buffer().slice(0, size);
      assertThat(
              MetadataDescriptor.of(new Descriptor(Descriptor.METADATA, Bytes.copyOf(truncated))))
          .isNull();
    }
    assertThat(MetadataDescriptor.of(null)).isNull();
    assertThat(MetadataDescriptor.of(new Descriptor(5, Bytes.ofHex(hex)))).isNull();
  }

  @Test
  void thePointerThatAppleAsksFor() {
    assertThat(new MetadataDescriptor("ID3 ", "ID3 ", 0).pointer(1))
        .isEqualTo(
            new Descriptor(
                Descriptor.METADATA_POINTER, Bytes.ofHex("FFFF49443320FF49443320001F0001")));
  }

  @Test
  void theChannelsOfOpus() {
    Descriptor stereo = new OpusDescriptor(Bytes.ofHex("02")).descriptor();
    assertThat(stereo).isEqualTo(new Descriptor(0x7F, Bytes.ofHex("8002")));
    assertThat(OpusDescriptor.body(List.of(stereo))).isEqualTo(Bytes.ofHex("02"));
    for (String other : List.of("", "80", "2001")) {
      var descriptor = new Descriptor(0x7F, Bytes.ofHex(other));
      assertThat(OpusDescriptor.body(List.of(descriptor))).isEqualTo(Bytes.EMPTY);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "0001DF0002ABCD, 0, 1, 3, false, true, 2",
    "05FF2F0000, 5, 255, 0, true, false, 0",
    "0000BF0001AB, 0, 0, 2, true, true, 1",
  })
  void metadataCells(
      String hex, int service, int sequence, int fragment, boolean config, boolean ra, int size) {
    var cell = new MetadataCell(service, sequence, fragment, config, ra, size);
    ByteBuf bytes = Bytes.ofHex(hex).buffer();
    ByteBuf in = bytes.duplicate();
    assertThat(MetadataCell.read(in)).isEqualTo(cell);
    assertThat(in.readableBytes()).isEqualTo(size);
    ByteBuf out = Unpooled.buffer();
    cell.write(out);
    assertThat(out).isEqualTo(bytes.slice(0, MetadataCell.SIZE));
    for (int length = 0; length < MetadataCell.SIZE; length++) {
      assertThat(MetadataCell.read(bytes.slice(0, length))).isNull();
    }
    if (size > 0) {
      assertThatThrownBy(() -> MetadataCell.read(bytes.slice(0, MetadataCell.SIZE)))
          .isInstanceOf(MalformedException.class);
    }
  }
}
