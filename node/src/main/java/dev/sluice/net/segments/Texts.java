package dev.sluice.net.segments;

import dev.sluice.hub.segments.SegmentStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
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
public class Texts implements AutoCloseable {
  /** Below that, compressing gains nothing. */
  private static final int LEAST_GZIP_BYTES = 500;

  /**
   * Above that, compressing anew with each change would cost a loop too much, and there is not to
   * be another copy of it.
   */
  private static final int LONG_BYTES = 128 << 10;

  /**
   * A whole answer of HTTP/1.1.
   *
   * @param whole head and body, off the heap; good until the next change
   * @param bodyBytes of the body alone
   */
  public record Answer(ByteBuf whole, int bodyBytes) {}

  /** What makes a difference to the answer with a text. */
  private record Shape(boolean gzip, String contentType, String caching, boolean anyOrigin) {}

  /** A playlist or description, ready to be sent. */
  public static final class Text {
    private final Buffer plain;
    private @Nullable Buffer gzip;
    private final Map<Shape, Answer> answers = new HashMap<>();

    /** Takes a whole text. */
    public Text(String text) {
      this(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Takes a whole text in UTF-8, which is this object's now. */
    public Text(byte[] utf8) {
      plain = Buffer.buffer(utf8);
    }

    Buffer plain() {
      return plain;
    }

    /** The same compressed; null where that gains nothing. */
    @Nullable Buffer gzip() {
      if (gzip == null && plain.length() >= LEAST_GZIP_BYTES && plain.length() <= LONG_BYTES) {
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

    /**
     * Head and body, with the same fields that {@link SegmentAnswer#text} sends; null where the
     * text is too long to have it twice.
     *
     * @param anyOrigin as of {@link dev.sluice.net.QuickReply#anyOrigin}
     */
    public @Nullable Answer answer(
        boolean takesGzip, String contentType, String caching, boolean anyOrigin) {
      var shape = new Shape(takesGzip, contentType, caching, anyOrigin);
      return plain.length() > LONG_BYTES ? null : answers.computeIfAbsent(shape, this::make);
    }

    private Answer make(Shape shape) {
      Buffer compressed = shape.gzip ? gzip() : null;
      Buffer body = compressed == null ? plain : compressed;
      String coding = compressed == null ? "" : "content-encoding: gzip\n";
      String head =
          AnswerHead.ok(
              shape.contentType,
              shape.caching,
              "vary: Accept-Encoding\n" + coding,
              shape.anyOrigin,
              body.length());
      int size = head.length() + body.length();
      ByteBuf whole = ByteBufAllocator.DEFAULT.directBuffer(size, size);
      whole.writeCharSequence(head, StandardCharsets.US_ASCII);
      whole.writeBytes(body.getBytes());
      return new Answer(whole, body.length());
    }

    private void release() {
      answers.values().forEach(answer -> answer.whole.release());
      answers.clear();
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
      forget();
      changed();
    }
  }

  private void forget() {
    texts.values().forEach(Text::release);
    texts.clear();
  }

  @Override
  public void close() {
    forget();
  }

  /** Something has changed since texts were made. */
  protected void changed() {}
}
