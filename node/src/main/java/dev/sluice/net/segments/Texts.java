package dev.sluice.net.segments;

import dev.sluice.hub.segments.SegmentStream;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Texts about one stream as they stand, made once for each change. Segments' loop. */
public class Texts {
  /** Below that, compressing gains nothing. */
  private static final int LEAST_GZIP_BYTES = 500;

  /** A playlist or description, ready to be sent. */
  public static final class Text {
    private final Buffer plain;
    private @Nullable Buffer gzip;

    /** Takes a whole text. */
    public Text(String text) {
      plain = Buffer.buffer(text.getBytes(StandardCharsets.UTF_8));
    }

    Buffer plain() {
      return plain;
    }

    /** The same compressed; null where that gains nothing. */
    @Nullable Buffer gzip() {
      if (gzip == null && plain.length() >= LEAST_GZIP_BYTES) {
        var out = new ByteArrayOutputStream(plain.length() / 4);
        try (var zip = new GZIPOutputStream(out)) {
          zip.write(plain.getBytes());
        } catch (IOException impossible) {
          throw new UncheckedIOException(impossible);
        }
        gzip = Buffer.buffer(out.toByteArray());
      }
      return gzip;
    }
  }

  private final SegmentStream stream;
  private final Map<String, Text> texts = new HashMap<>();
  private long version = -1;

  /** None yet of a stream. */
  protected Texts(SegmentStream stream) {
    this.stream = stream;
  }

  /** What they are about. */
  protected final SegmentStream stream() {
    return stream;
  }

  /**
   * The text of a key.
   *
   * @param write makes it when something has changed since it was made; null as long as there is
   *     none
   */
  protected final @Nullable Text text(String key, Supplier<@Nullable Text> write) {
    forgetOld();
    Text text = texts.get(key);
    if (text == null) {
      text = write.get();
      if (text != null) {
        texts.put(key, text);
      }
    }
    return text;
  }

  /** Forgets what was made before the last change. */
  protected final void forgetOld() {
    if (version != stream.version()) {
      version = stream.version();
      texts.clear();
      changed();
    }
  }

  /** Something has changed since texts were made. */
  protected void changed() {}
}
