package dev.sluice.node;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** The folder for what must last, locked for as long as this process uses it. */
final class DataFolder implements AutoCloseable {
  private static final String LOCK_FILE = "lock";

  private final Path path;
  private final FileChannel channel;

  private DataFolder(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Makes the folder when it is missing, and locks it.
   *
   * @throws IOException when it cannot be made, or another process has it; the message says which
   */
  static DataFolder open(Path path) throws IOException {
    Files.createDirectories(path);
    FileChannel channel =
        FileChannel.open(
            path.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!lock(channel)) {
      channel.close();
      throw new IOException(
          "data folder "
              + path.toAbsolutePath().normalize()
              + " is in use by another server; stop it, or set another one with SLUICE_DATA");
    }
    return new DataFolder(path, channel);
  }

  private static boolean lock(FileChannel channel) throws IOException {
    try {
      @Nullable FileLock lock = channel.tryLock(); // goes with the channel
      return lock != null;
    } catch (OverlappingFileLockException ours) {
      return false;
    }
  }

  Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
