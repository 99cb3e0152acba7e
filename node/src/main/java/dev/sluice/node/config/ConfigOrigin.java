package dev.sluice.node.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration was made of, and where that can be read again.
 *
 * @param file null when there was none; then there may be one later
 * @param environment all variables
 * @param text what stood in the file; empty for none
 * @param stored what the store has
 */
public record ConfigOrigin(
    @Nullable Path file, Map<String, String> environment, String text, List<StoredPart> stored) {
  public ConfigOrigin {
    environment = Map.copyOf(environment);
    stored = List.copyOf(stored);
  }

  /**
   * What tells one state of a file from another without reading it.
   *
   * @param key of the file in its file system, which changes when another is moved in its place
   */
  record Stamp(FileTime modified, long size, @Nullable Object key) {}

  /** The same with other parts of the store. */
  ConfigOrigin with(List<StoredPart> others) {
    return new ConfigOrigin(file, environment, text, others);
  }

  /** The file to be read next time; null for none. A file that was there has to be there. */
  public @Nullable Path nextFile() {
    return file == null ? ConfigSource.fileOf(environment) : file;
  }

  /** The stamp of {@link #nextFile}; null when there is none. Blocks on the disk. */
  @Nullable Stamp stamp() {
    Path next = nextFile();
    if (next == null) {
      return null;
    }
    try {
      BasicFileAttributes is = Files.readAttributes(next, BasicFileAttributes.class);
      return new Stamp(is.lastModifiedTime(), is.size(), is.fileKey());
    } catch (IOException gone) {
      return null;
    }
  }
}
