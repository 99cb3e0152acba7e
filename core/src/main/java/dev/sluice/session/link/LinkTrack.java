package dev.sluice.session.link;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;

/**
 * A track of a stream, as it goes over the link.
 *
 * @param id 0 to 255
 * @param kind 0 video, 1 audio, 2 data
 * @param lacking whether the source has nothing of it at the moment
 * @param codec name of the codec, as the API gives it
 * @param label for people
 * @param ticksPerSecond of its times
 * @param language as the source of the stream says it
 * @param configuration what a decoder needs
 */
public record LinkTrack(
    int id,
    int kind,
    boolean lacking,
    String codec,
    String label,
    int ticksPerSecond,
    String language,
    Bytes configuration) {
  /** Bytes of a decoder's configuration. */
  public static final int MAX_CONFIGURATION = 65_535;

  /** The last kind. */
  private static final int MAX_KIND = 2;

  /** Bytes of a text. */
  static final int MAX_TEXT = 64;

  private static final int LACKING = 1;

  public LinkTrack {
    checkRange("id", id, 0, 255);
    checkRange("kind", kind, 0, MAX_KIND);
    checkRange("length of codec", codec.length(), 1, MAX_TEXT);
    checkRange("length of label", label.length(), 0, MAX_TEXT);
    checkRange("length of language", language.length(), 0, MAX_TEXT);
    checkRange("ticksPerSecond", ticksPerSecond, 1, 1_000_000_000);
    checkRange("size of configuration", configuration.size(), 0, MAX_CONFIGURATION);
  }

  void write(ByteBuf out) {
    out.writeByte(id).writeByte(kind).writeByte(lacking ? LACKING : 0).writeInt(ticksPerSecond);
    LinkText.write(out, codec, MAX_TEXT);
    LinkText.write(out, label, MAX_TEXT);
    LinkText.write(out, language, MAX_TEXT);
    out.writeShort(configuration.size());
    configuration.writeTo(out);
  }

  /** Throws IndexOutOfBoundsException or IllegalArgumentException on what is none. */
  static LinkTrack read(ByteBuf in) {
    int id = in.readUnsignedByte();
    int kind = in.readUnsignedByte();
    boolean lacking = (in.readUnsignedByte() & LACKING) != 0;
    int ticksPerSecond = in.readInt();
    String codec = LinkText.read(in, MAX_TEXT);
    String label = LinkText.read(in, MAX_TEXT);
    String language = LinkText.read(in, MAX_TEXT);
    Bytes configuration = Bytes.copyOf(in.readSlice(in.readUnsignedShort()));
    return new LinkTrack(id, kind, lacking, codec, label, ticksPerSecond, language, configuration);
  }
}
