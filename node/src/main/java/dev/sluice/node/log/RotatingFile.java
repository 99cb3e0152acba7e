package dev.sluice.node.log;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that is renamed to {@code file.1} before it would grow past its limit, the one before to
 * {@code file.2} and so on; the oldest is deleted. After a fault it tries again with the next line.
 */
final class RotatingFile implements LineSink {
  private final Path file;
  private final long maxBytes;
  private final int keep;

  private OutputStream out;
  private long sizeBytes;
  private boolean broken;

  /**
   * Opens {@code file} for appending; creates its folder when needed.
   *
   * @param maxBytes size that is not passed, except by a line longer than it
   * @param keep renamed files that are kept, 0 or more
   */
  RotatingFile(Path file, long maxBytes, int keep) throws IOException {
    this.file = file.toAbsolutePath();
    this.maxBytes = maxBytes;
    this.keep = keep;
    Path folder = this.file.getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    out = open();
  }

  @Override
  public void write(byte[] line) throws IOException {
    try {
      if (broken) {
        out = open();
        broken = false;
      }
      if (sizeBytes > 0 && sizeBytes + line.length > maxBytes) {
        rotate();
      }
      out.write(line);
      sizeBytes += line.length;
    } catch (IOException fault) {
      abandon();
      throw fault;
    }
  }

  @Override
  public void flush() throws IOException {
    if (broken) {
      return;
    }
    try {
      out.flush();
    } catch (IOException fault) {
      abandon();
      throw fault;
    }
  }

  @Override
  public void close() throws IOException {
    if (!broken) {
      out.close();
    }
  }

  private void rotate() throws IOException {
    out.close();
    Files.deleteIfExists(keep == 0 ? file : numbered(keep));
    for (int number = keep - 1; number >= 1; number--) {
      if (Files.exists(numbered(number))) {
        Files.move(numbered(number), numbered(number + 1), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    if (keep > 0) {
      Files.move(file, numbered(1), StandardCopyOption.REPLACE_EXISTING);
    }
    out = open();
  }

  private Path numbered(int number) {
    return file.resolveSibling(file.getFileName() + "." + number);
  }

  private OutputStream open() throws IOException {
    var opened =
        new BufferedOutputStream(
            Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    sizeBytes = Files.size(file);
    return opened;
  }

  private void abandon() {
    broken = true;
    try {
      out.close();
    } catch (IOException _) {
      // the fault that led here is the one that is reported
    }
  }
}
