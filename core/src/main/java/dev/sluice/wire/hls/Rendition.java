package dev.sluice.wire.hls;

import dev.sluice.wire.MalformedException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Another form of the same content: a language, a camera (RFC 8216bis, section 4.4.6.1).
 *
 * @param type what it is
 * @param uri of its media playlist; null when it is in the variants themselves
 * @param groupId variants refer to it
 * @param language BCP 47; null when it is not said
 * @param name for people
 * @param isDefault whether it is taken when nobody chooses
 * @param autoselect whether it may be taken by the system's language
 * @param channels of sound: a count, and more behind it; null when it is not said
 * @param instreamId of closed captions: CC1 to CC4, SERVICE1 to SERVICE63; else null
 */
public record Rendition(
    Type type,
    @Nullable String uri,
    String groupId,
    @Nullable String language,
    String name,
    boolean isDefault,
    boolean autoselect,
    @Nullable String channels,
    @Nullable String instreamId) {

  /** What a rendition is. */
  public enum Type {
    AUDIO,
    VIDEO,
    SUBTITLES,
    CLOSED_CAPTIONS;

    String text() {
      return name().replace('_', '-');
    }

    static Type of(String text) {
      for (Type type : values()) {
        if (type.text().equals(text)) {
          return type;
        }
      }
      throw new MalformedException("TYPE is " + text.toUpperCase(Locale.ROOT));
    }
  }

  static Rendition read(AttributeList attributes) {
    return new Rendition(
        Type.of(attributes.requiredText("TYPE")),
        attributes.quoted("URI"),
        attributes.requiredQuoted("GROUP-ID"),
        attributes.quoted("LANGUAGE"),
        attributes.requiredQuoted("NAME"),
        attributes.yes("DEFAULT"),
        attributes.yes("AUTOSELECT"),
        attributes.quoted("CHANNELS"),
        attributes.quoted("INSTREAM-ID"));
  }

  void write(StringBuilder out) {
    new AttributeList.Writer(out.append("#EXT-X-MEDIA:"))
        .text("TYPE", type.text())
        .quoted("GROUP-ID", groupId)
        .quoted("NAME", name)
        .quoted("LANGUAGE", language)
        .yes("DEFAULT", isDefault)
        .yes("AUTOSELECT", autoselect)
        .quoted("CHANNELS", channels)
        .quoted("INSTREAM-ID", instreamId)
        .quoted("URI", uri);
    out.append('\n');
  }
}
