package dev.sluice.wire.isobmff;

import static java.util.Objects.requireNonNull;

import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One box as bytes and as a record.
 *
 * @param hex the whole box
 * @param open whether a body that ends earlier may be a whole box, too: it ends in a list without a
 *     count, or in a text
 */
record BoxCase(String hex, boolean open, Box box, Reader reader) {
  /** Reads the body of a box; null when it is of a kind that says nothing that is read. */
  interface Reader {
    @Nullable Box read(ByteBuf body);
  }

  private static final String MATRIX =
      "00010000 00000000 00000000 00000000 00010000 00000000 00000000 00000000 40000000";

  /** Written as they are read. */
  static final List<BoxCase> ALL =
      List.of(
          open(
              "00000020 66747970 69736F6D 00000200 69736F6D 69736F32 61766331 6D703431",
              new FileTypeBox(
                  BoxType.FTYP,
                  BoxType.of("isom"),
                  512,
                  List.of(
                      BoxType.of("isom"), BoxType.of("iso2"), BoxType.AVC1, BoxType.of("mp41"))),
              in -> FileTypeBox.read(BoxType.FTYP, in)),
          open(
              "00000010 73747970 6D736468 FFFFFFFF",
              new FileTypeBox(BoxType.STYP, BoxType.of("msdh"), 0xFFFF_FFFFL, List.of()),
              in -> FileTypeBox.read(BoxType.STYP, in)),
          fixed(
              "0000006C 6D766864 00000000 00000001 00000002 000003E8 000007D0 00010000 0100"
                  + "00000000000000000000"
                  + MATRIX
                  + "00".repeat(24)
                  + "00000003",
              new MovieHeaderBox(1, 2, 1_000, 2_000, 3),
              MovieHeaderBox::read),
          fixed(
              "00000078 6D766864 01000000 0000000000000001 0000000100000000 000003E8"
                  + "0000000100000000 00010000 0100 00000000000000000000"
                  + MATRIX
                  + "00".repeat(24)
                  + "FFFFFFFF",
              new MovieHeaderBox(1, 1L << 32, 1_000, 1L << 32, 0xFFFF_FFFFL),
              MovieHeaderBox::read),
          fixed(
              "0000005C 746B6864 00000003 00000000 00000000 00000001 00000000 FFFFFFFF"
                  + "0000000000000000 0000 0001 0100 0000"
                  + MATRIX
                  + "01400000 00F00000",
              new TrackHeaderBox(
                  3, 0, 0, 1, -1, 1, 256, TrackHeaderBox.IDENTITY, 320 << 16, 240 << 16),
              TrackHeaderBox::read),
          fixed(
              "00000068 746B6864 01000007 0000000000000000 0000000000000000 00000002 00000000"
                  + "0000000100000000 0000000000000000 0000 FFFF 0000 0000"
                  + "00000000 00010000 00000000 FFFF0000 00000000 00000000 00000000 00000000"
                  + "40000000 00000000 00000000",
              new TrackHeaderBox(
                  7,
                  0,
                  0,
                  2,
                  1L << 32,
                  -1,
                  0,
                  Bytes.ofHex(
                      "000000000001000000000000FFFF00000000000000000000000000000000000040000000"),
                  0,
                  0),
              TrackHeaderBox::read),
          fixed(
              "00000028 656C7374 00000000 00000002 000003E8 FFFFFFFF 00010000"
                  + "000007D0 00000400 00010000",
              new EditListBox(
                  List.of(
                      new EditListBox.Edit(1_000, -1, 0x1_0000),
                      new EditListBox.Edit(2_000, 1_024, 0x1_0000))),
              EditListBox::read),
          fixed(
              "00000024 656C7374 01000000 00000001 0000000000000000 0000000080000000 00000000",
              new EditListBox(List.of(new EditListBox.Edit(0, 1L << 31, 0))),
              EditListBox::read),
          fixed(
              "00000020 6D646864 00000000 00000000 00000000 0000BB80 0000BB80 15C70000",
              new MediaHeaderBox(0, 0, 48_000, 48_000, "eng"),
              MediaHeaderBox::read),
          fixed(
              "0000002C 6D646864 01000000 0000000000000000 0000000000000000 00015F90"
                  + "00000001FFFFFFFF 55C40000",
              new MediaHeaderBox(0, 0, 90_000, 0x1_FFFF_FFFFL, "und"),
              MediaHeaderBox::read),
          open(
              "00000012 656C6E67 00000000 64652D434800",
              new ExtendedLanguageBox("de-CH"),
              ExtendedLanguageBox::read),
          open(
              "00000025 68646C72 00000000 00000000 76696465 000000000000000000000000"
                  + "5669646500",
              new HandlerBox(BoxType.VIDE, "Vide"),
              HandlerBox::read),
          fixed(
              "00000014 766D6864 00000001 0000 0000 0000 0000",
              VideoMediaHeaderBox.COPY,
              VideoMediaHeaderBox::read),
          fixed(
              "00000010 736D6864 00000000 FF00 0000",
              new SoundMediaHeaderBox(-256),
              SoundMediaHeaderBox::read),
          fixed("0000000C 6E6D6864 00000000", new NullMediaHeaderBox(), NullMediaHeaderBox::read),
          fixed(
              "00000028 64726566 00000000 00000002 0000000C 75726C20 00000001"
                  + "0000000C 75726C20 00000000",
              new DataReferenceBox(List.of(true, false)),
              DataReferenceBox::read),
          fixed(
              "00000076 73747364 00000000 00000001 00000066 61766331 000000000000 0001"
                  + "00".repeat(16)
                  + "0140 00F0 00480000 00480000 00000000 0001"
                  + "00".repeat(32)
                  + "0018 FFFF 00000010 70617370 00000001 00000002",
              new SampleDescriptionBox(
                  List.of(
                      new VisualSampleEntry(
                          BoxType.AVC1,
                          1,
                          320,
                          240,
                          List.of(new RawBox(BoxType.PASP, Bytes.ofHex("0000000100000002")))))),
              in -> SampleDescriptionBox.read(BoxType.VIDE, in)),
          fixed(
              "0000003F 73747364 00000000 00000001 0000002F 4F707573 000000000000 0001"
                  + "0000000000000000 0002 0010 00000000 BB800000"
                  + "0000000B 64617461 AABBCC",
              new SampleDescriptionBox(
                  List.of(
                      new AudioSampleEntry(
                          BoxType.OPUS,
                          1,
                          2,
                          16,
                          48_000,
                          List.of(new RawBox(BoxType.of("data"), Bytes.ofHex("AABBCC")))))),
              in -> SampleDescriptionBox.read(BoxType.SOUN, in)),
          fixed(
              "00000024 73747364 00000000 00000001 00000014 746D6364 000000000000 0001 DEADBEEF",
              new SampleDescriptionBox(
                  List.of(new OtherSampleEntry(BoxType.of("tmcd"), 1, Bytes.ofHex("DEADBEEF")))),
              in -> SampleDescriptionBox.read(BoxType.of("tmcd"), in)),
          open(
              "00000027 65736473 00000000 0319 0000 00 0411 40 15 000300 0001F400 0001F400"
                  + "0502 1190 0601 02",
              new EsDescriptorBox(0x40, 5, 768, 128_000, 128_000, Bytes.ofHex("1190")),
              EsDescriptorBox::read),
          open(
              "00000023 65736473 00000000 0315 0000 00 040D 6B 15 000000 00000000 00000000"
                  + "0601 02",
              new EsDescriptorBox(0x6B, 5, 0, 0, 0, Bytes.EMPTY),
              EsDescriptorBox::read),
          open(
              "000000AA 65736473 00000000 03811B 0000 00 048112 61 11 000000 00000000 00000000"
                  + "058102"
                  + "AB".repeat(130)
                  + "0601 02",
              new EsDescriptorBox(0x61, 4, 0, 0, 0, Bytes.ofHex("AB".repeat(130))),
              EsDescriptorBox::read),
          fixed(
              "00000010 70617370 00000004 00000003",
              new PixelAspectBox(4, 3),
              PixelAspectBox::read),
          fixed(
              "00000013 636F6C72 6E636C78 0009 0010 0009 80",
              new ColourBox(9, 16, 9, true),
              ColourBox::read),
          fixed(
              "00000014 62747274 00000001 00000002 FFFFFFFF",
              new BitRateBox(1, 2, 0xFFFF_FFFFL),
              BitRateBox::read),
          fixed(
              "00000020 6D646376 0001000200030004000500060007 0008 00989680 00000001",
              new MasteringDisplayBox(
                  Bytes.ofHex("00010002000300040005000600070008"), 10_000_000, 1),
              MasteringDisplayBox::read),
          fixed(
              "0000000C 636C6C69 03E8 0190",
              new ContentLightBox(1_000, 400),
              ContentLightBox::read),
          open(
              "00000014 76706343 01000000 000A 82 02 02 02 0000",
              new VpConfigurationBox(Bytes.ofHex("000A820202020000")),
              VpConfigurationBox::read),
          table("00000018 73747473 00000000 00000001 00000019 00000200", BoxType.STTS, 25, 512),
          table(
              "00000020 63747473 01000000 00000002 00000001 FFFFFE00 00000002 00000400",
              BoxType.CTTS,
              1,
              -512,
              2,
              1_024),
          table(
              "0000001C 73747363 00000000 00000001 00000001 00000005 00000001",
              BoxType.STSC,
              1,
              5,
              1),
          table("00000018 7374737A 00000000 00000000 00000001 00001234", BoxType.STSZ, 0x1234),
          table("00000014 7374636F 00000000 00000001 FFFFFFFF", BoxType.STCO, 0xFFFF_FFFFL),
          table(
              "00000018 636F3634 00000000 00000001 0000000123456789", BoxType.CO64, 0x1_2345_6789L),
          table("00000014 73747373 00000000 00000001 0000001A", BoxType.STSS, 26),
          fixed(
              "00000014 7374737A 00000000 00000007 000003E8",
              SampleTable.ofUniformSize(1_000, 7),
              in -> SampleTable.read(BoxType.STSZ, in)),
          fixed(
              "00000016 73747A32 00000000 00000004 00000003 1230",
              new SampleTable(new SampleTableHeader(BoxType.STZ2, 0, 3, 0, 4), Bytes.ofHex("1230")),
              in -> SampleTable.read(BoxType.STZ2, in)),
          fixed(
              "00000010 6D656864 00000000 000007D0",
              new MovieExtendsHeaderBox(2_000),
              MovieExtendsHeaderBox::read),
          fixed(
              "00000014 6D656864 01000000 0000000100000000",
              new MovieExtendsHeaderBox(1L << 32),
              MovieExtendsHeaderBox::read),
          fixed(
              "00000020 74726578 00000000 00000001 00000001 00000200 00000000 01010000",
              new TrackExtendsBox(1, 1, 512, 0, SampleFlags.DEPENDENT),
              TrackExtendsBox::read),
          fixed(
              "00000010 6D666864 00000000 FFFFFFFF",
              new MovieFragmentHeaderBox(0xFFFF_FFFFL),
              MovieFragmentHeaderBox::read),
          fixed(
              "00000010 74666864 00020000 00000001",
              new TrackFragmentHeaderBox(
                  TrackFragmentHeaderBox.DEFAULT_BASE_IS_MOOF, 1, 0, 0, 0, 0, 0),
              TrackFragmentHeaderBox::read),
          fixed(
              "00000028 74666864 0000003B 00000002 0000000100000000 00000001 00000400 00000010"
                  + "02000000",
              new TrackFragmentHeaderBox(0x3B, 2, 1L << 32, 1, 1_024, 16, 0x0200_0000),
              TrackFragmentHeaderBox::read),
          fixed(
              "00000014 74666474 01000000 0000058B6A3B4C00",
              new TrackFragmentDecodeTimeBox(0x058B_6A3B_4C00L),
              TrackFragmentDecodeTimeBox::read),
          fixed(
              "00000034 7472756E 01000F01 00000002 00000068"
                  + "00000200 00000010 02000000 00000400 00000200 00000020 01010000 FFFFFE00",
              new TrackRunBox(
                  1,
                  0xF01,
                  2,
                  0x68,
                  0,
                  Bytes.ofHex(
                      "0000020000000010020000000000040000000200000000200101" + "0000FFFFFE00")),
              TrackRunBox::read),
          fixed(
              "00000014 7472756E 00000004 00001000 02000000",
              new TrackRunBox(0, 4, 4_096, 0, 0x0200_0000, Bytes.EMPTY),
              TrackRunBox::read),
          fixed(
              "00000038 73696478 00000000 00000001 00015F90 00000000 00000000 0000 0002"
                  + "00001000 0002BF20 90000000 80000100 0002BF20 00000000",
              new SegmentIndexBox(
                  1,
                  90_000,
                  0,
                  0,
                  List.of(
                      new SegmentIndexBox.Reference(
                          false, 0x1000, 180_000, SegmentIndexBox.Reference.STARTS_WITH_SAP_1),
                      new SegmentIndexBox.Reference(true, 0x100, 180_000, 0))),
              SegmentIndexBox::read),
          fixed(
              "00000028 73696478 01000000 00000001 00015F90 0000000100000000 0000000000000010"
                  + "0000 0000",
              new SegmentIndexBox(1, 90_000, 1L << 32, 16, List.of()),
              SegmentIndexBox::read),
          fixed(
              "0000002B 74667261 01000000 00000001 00000000 00000001 0000000000000400"
                  + "0000000000000800 010101",
              new TrackFragmentRandomAccessBox(
                  1, 1, 0, 1, Bytes.ofHex("00000000000004000000000000000800010101")),
              TrackFragmentRandomAccessBox::read),
          fixed(
              "00000029 74667261 00000000 00000001 0000003C 00000001 00000400 00000800"
                  + "00000001 00000001 01",
              new TrackFragmentRandomAccessBox(
                  0, 1, 0x3C, 1, Bytes.ofHex("0000040000000800000000010000000101")),
              TrackFragmentRandomAccessBox::read),
          fixed(
              "00000010 6D66726F 00000000 00000043",
              new RandomAccessOffsetBox(67),
              RandomAccessOffsetBox::read),
          fixed(
              "00000020 70726674 01000018 00000001 E9000000 80000000 00000000 00000400",
              new ProducerReferenceTimeBox(0x18, 1, 0xE900_0000_8000_0000L, 1_024),
              ProducerReferenceTimeBox::read),
          open(
              "00000027 656D7367 00000000 75726E3A7800 3100 00015F90 00000001 FFFFFFFF 00000007"
                  + "616263",
              new EventMessageBox(
                  0, "urn:x", "1", 90_000, 1, 0xFFFF_FFFFL, 7, Bytes.ofHex("616263")),
              EventMessageBox::read),
          open(
              "00000028 656D7367 01000000 00015F90 0000000100000000 00000000 00000007"
                  + "75726E3A7800 3100",
              new EventMessageBox(1, "urn:x", "1", 90_000, 1L << 32, 0, 7, Bytes.EMPTY),
              EventMessageBox::read));

  /** The whole box. */
  ByteBuf bytes() {
    return hex(hex);
  }

  @Override
  public String toString() {
    return box.toString();
  }

  /** Reads a body. */
  Box read(ByteBuf body) {
    return requireNonNull(reader.read(body));
  }

  static ByteBuf hex(String text) {
    return Unpooled.copiedBuffer(Bytes.ofHex(text.replace(" ", "")).buffer());
  }

  private static BoxCase fixed(String hex, Box box, Reader reader) {
    return new BoxCase(hex, false, box, reader);
  }

  private static BoxCase open(String hex, Box box, Reader reader) {
    return new BoxCase(hex, true, box, reader);
  }

  private static BoxCase table(String hex, int type, long... fields) {
    return fixed(hex, SampleTable.of(type, fields), in -> SampleTable.read(type, in));
  }
}
