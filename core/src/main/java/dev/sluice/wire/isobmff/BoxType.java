package dev.sluice.wire.isobmff;

import java.nio.charset.StandardCharsets;

/** Types of boxes, sample entries, handlers and brands: four characters, the first one highest. */
public final class BoxType {
  public static final int FTYP = 0x66747970;
  public static final int STYP = 0x73747970;
  public static final int MOOV = 0x6D6F6F76;
  public static final int MVHD = 0x6D766864;
  public static final int TRAK = 0x7472616B;
  public static final int TKHD = 0x746B6864;
  public static final int EDTS = 0x65647473;
  public static final int ELST = 0x656C7374;
  public static final int MDIA = 0x6D646961;
  public static final int MDHD = 0x6D646864;
  public static final int ELNG = 0x656C6E67;
  public static final int HDLR = 0x68646C72;
  public static final int MINF = 0x6D696E66;
  public static final int VMHD = 0x766D6864;
  public static final int SMHD = 0x736D6864;
  public static final int NMHD = 0x6E6D6864;
  public static final int DINF = 0x64696E66;
  public static final int DREF = 0x64726566;
  public static final int URL = 0x75726C20;
  public static final int STBL = 0x7374626C;
  public static final int STSD = 0x73747364;
  public static final int STTS = 0x73747473;
  public static final int CTTS = 0x63747473;
  public static final int STSC = 0x73747363;
  public static final int STSZ = 0x7374737A;
  public static final int STZ2 = 0x73747A32;
  public static final int STCO = 0x7374636F;
  public static final int CO64 = 0x636F3634;
  public static final int STSS = 0x73747373;
  public static final int MVEX = 0x6D766578;
  public static final int MEHD = 0x6D656864;
  public static final int TREX = 0x74726578;
  public static final int MOOF = 0x6D6F6F66;
  public static final int MFHD = 0x6D666864;
  public static final int TRAF = 0x74726166;
  public static final int TFHD = 0x74666864;
  public static final int TFDT = 0x74666474;
  public static final int TRUN = 0x7472756E;
  public static final int SIDX = 0x73696478;
  public static final int MFRA = 0x6D667261;
  public static final int TFRA = 0x74667261;
  public static final int MFRO = 0x6D66726F;
  public static final int PRFT = 0x70726674;
  public static final int EMSG = 0x656D7367;
  public static final int MDAT = 0x6D646174;
  public static final int FREE = 0x66726565;
  public static final int SKIP = 0x736B6970;
  public static final int WIDE = 0x77696465;
  public static final int PNOT = 0x706E6F74;
  public static final int UDTA = 0x75647461;
  public static final int META = 0x6D657461;
  public static final int UUID = 0x75756964;

  public static final int AVC1 = 0x61766331;
  public static final int AVC3 = 0x61766333;
  public static final int HVC1 = 0x68766331;
  public static final int HEV1 = 0x68657631;
  public static final int AV01 = 0x61763031;
  public static final int VP08 = 0x76703038;
  public static final int VP09 = 0x76703039;
  public static final int MP4V = 0x6D703476;
  public static final int MP2V = 0x6D703276;
  public static final int MP4A = 0x6D703461;
  public static final int DOT_MP3 = 0x2E6D7033;
  public static final int OPUS = 0x4F707573;
  public static final int AC_3 = 0x61632D33;
  public static final int EC_3 = 0x65632D33;
  public static final int FLAC = 0x664C6143;
  public static final int ALAW = 0x616C6177;
  public static final int ULAW = 0x756C6177;

  public static final int AVCC = 0x61766343;
  public static final int HVCC = 0x68766343;
  public static final int AV1C = 0x61763143;
  public static final int VPCC = 0x76706343;
  public static final int ESDS = 0x65736473;
  public static final int WAVE = 0x77617665;
  public static final int DOPS = 0x644F7073;
  public static final int DAC3 = 0x64616333;
  public static final int DEC3 = 0x64656333;
  public static final int DFLA = 0x64664C61;
  public static final int PASP = 0x70617370;
  public static final int COLR = 0x636F6C72;
  public static final int BTRT = 0x62747274;
  public static final int MDCV = 0x6D646376;
  public static final int CLLI = 0x636C6C69;
  public static final int NCLX = 0x6E636C78;
  public static final int NCLC = 0x6E636C63;

  public static final int VIDE = 0x76696465;
  public static final int SOUN = 0x736F756E;

  private BoxType() {}

  /**
   * The type of four characters of ISO 8859-1.
   *
   * @throws IllegalArgumentException when there are not four
   */
  public static int of(String characters) {
    byte[] bytes = characters.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length != 4) {
      throw new IllegalArgumentException("box type of " + bytes.length + " characters");
    }
    return (bytes[0] & 0xFF) << 24
        | (bytes[1] & 0xFF) << 16
        | (bytes[2] & 0xFF) << 8
        | bytes[3] & 0xFF;
  }

  /** The four characters; hexadecimal digits where one of them is not printable ASCII. */
  public static String text(int type) {
    StringBuilder text = new StringBuilder(4);
    for (int shift = 24; shift >= 0; shift -= 8) {
      char c = (char) (type >> shift & 0xFF);
      if (c < ' ' || c > '~') {
        return "%08X".formatted(type);
      }
      text.append(c);
    }
    return text.toString();
  }
}
