package dev.sluice.node.config;

import dev.sluice.session.rtmp.RtmpTarget;
import dev.sluice.wire.MalformedException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a source of a stream is: {@code publish}, {@code rtmp://host/app/stream}, {@code file:PATH},
 * {@code playlist:PATH} or {@code test:}.
 *
 * @param text as it is written; a URL may hold a secret
 */
public record SourceInput(Kind kind, String text) {
  private static final String FILE = "file:";
  private static final String PLAYLIST = "playlist:";
  private static final String TEST = "test:";

  /** Kinds of source. */
  public enum Kind {
    /** Somebody comes. */
    PUBLISH,
    /** Another server is asked. */
    RTMP,
    /** A file is played. */
    FILE,
    /** The files that a text file lists are played. */
    PLAYLIST,
    /** Picture and sound are made. */
    TEST
  }

  /** Reads an input; null when it is none. */
  public static @Nullable SourceInput parse(String text) {
    Kind kind = kind(text);
    return kind == null ? null : new SourceInput(kind, text);
  }

  private static @Nullable Kind kind(String text) {
    if (text.equals("publish")) {
      return Kind.PUBLISH;
    } else if (text.startsWith("rtmp://") || text.startsWith("rtmps://")) {
      return isTarget(text) ? Kind.RTMP : null;
    } else if (text.startsWith(FILE)) {
      return isPath(text.substring(FILE.length())) ? Kind.FILE : null;
    } else if (text.startsWith(PLAYLIST)) {
      return isPath(text.substring(PLAYLIST.length())) ? Kind.PLAYLIST : null;
    }
    return text.equals(TEST) || text.equals(TEST + "//") ? Kind.TEST : null;
  }

  private static boolean isTarget(String url) {
    try {
      return !RtmpTarget.parse(url, RtmpTarget.Purpose.PLAY).stream().isEmpty();
    } catch (MalformedException invalid) {
      return false;
    }
  }

  private static boolean isPath(String text) {
    try {
      return !text.isEmpty() && !Path.of(text).toString().isEmpty();
    } catch (InvalidPathException invalid) {
      return false;
    }
  }

  /**
   * The file of a file or playlist.
   *
   * @throws IllegalStateException when it is neither
   */
  public Path path() {
    return switch (kind) {
      case FILE -> Path.of(text.substring(FILE.length()));
      case PLAYLIST -> Path.of(text.substring(PLAYLIST.length()));
      case PUBLISH, RTMP, TEST -> throw new IllegalStateException(this + " is no file");
    };
  }

  /** Without what may be secret: the query of a URL. */
  @Override
  public String toString() {
    int query = kind == Kind.RTMP ? text.indexOf('?') : -1;
    return query < 0 ? text : text.substring(0, query) + "?(hidden)";
  }
}
