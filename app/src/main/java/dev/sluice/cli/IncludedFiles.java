package dev.sluice.cli;

import dev.sluice.imports.Inclusion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Files that a configuration includes. Blocks on the disk. */
final class IncludedFiles implements Inclusion {
  /** Bytes of one file; a reader has a limit of its own, in characters. */
  static final long MAX_BYTES = 4L << 20;

  /** Files that one pattern may name. */
  static final int MAX_FILES = 1_000;

  private final Path base;

  /**
   * Files.
   *
   * @param base where names begin that are not absolute
   */
  IncludedFiles(Path base) {
    this.base = base;
  }

  @Override
  public @Nullable List<Source> open(String pattern) {
    try {
      boolean wild = pattern.indexOf('*') >= 0 || pattern.indexOf('?') >= 0;
      var sources = new ArrayList<Source>();
      for (Path path : wild ? matching(pattern) : List.of(base.resolve(pattern))) {
        sources.add(new Source(path.toString(), text(path)));
      }
      return sources;
    } catch (IOException | InvalidPathException unreadable) {
      return null;
    }
  }

  /**
   * A file's text.
   *
   * @throws IOException when there is none, it is too long, or no text in UTF-8
   */
  static String text(Path file) throws IOException {
    long size = Files.size(file);
    if (size > MAX_BYTES) {
      throw new IOException("%s has %d bytes; at most %d".formatted(file, size, MAX_BYTES));
    }
    try {
      var bytes = ByteBuffer.wrap(Files.readAllBytes(file));
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException notText) {
      throw new IOException(file + " is no text in UTF-8", notText);
    }
  }

  /** What a pattern names, one folder after the other, in the order of their names. */
  private List<Path> matching(String pattern) throws IOException {
    Path whole = base.resolve(pattern);
    Path root = whole.getRoot();
    List<Path> found = List.of(root == null ? Path.of("") : root);
    for (Path part : whole) {
      String name = part.toString();
      if (name.indexOf('*') < 0 && name.indexOf('?') < 0) {
        found = found.stream().map(folder -> folder.resolve(name)).toList();
      } else {
        found = matching(found, name);
      }
    }
    return found.stream().filter(Files::isRegularFile).toList();
  }

  private static List<Path> matching(List<Path> folders, String name) throws IOException {
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + name);
    var found = new ArrayList<Path>();
    for (Path folder : folders) {
      if (!Files.isDirectory(folder)) {
        continue;
      }
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
        for (Path entry : entries) {
          Path last = entry.getFileName();
          boolean hidden = last == null || last.toString().startsWith(".");
          if (!hidden && last != null && matcher.matches(last) && found.size() < MAX_FILES) {
            found.add(entry);
          }
        }
      }
    }
    Collections.sort(found);
    return found;
  }
}
