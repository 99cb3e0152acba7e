package dev.sluice.access;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files that nobody but their owner may read, where the file system knows of owners. */
public final class OwnerFile {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<OpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

  private OwnerFile() {}

  /**
   * Makes a file. It has its mode from the beginning: there is no moment in which others could read
   * it. What is in it is on the disk when this returns; that it is in its folder is another matter
   * ({@link #syncFolder}).
   *
   * @throws java.nio.file.FileAlreadyExistsException when there is one
   */
  public static void make(Path path, byte[] bytes) throws IOException {
    FileAttribute<?>[] mode =
        isPosix(folder(path))
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
            : new FileAttribute<?>[0];
    try (FileChannel channel = FileChannel.open(path, NEW, mode)) {
      ByteBuffer left = ByteBuffer.wrap(bytes);
      while (left.hasRemaining()) {
        channel.write(left);
      }
      channel.force(true);
    }
  }

  /** Takes a file from all others. */
  public static void restrict(Path path) throws IOException {
    if (isPosix(path)) {
      Files.setPosixFilePermissions(path, OWNER_ONLY);
    }
  }

  /** What has been made, moved or deleted in the folder of {@code path} is so after a crash. */
  public static void syncFolder(Path path) throws IOException {
    Path folder = folder(path);
    if (isPosix(folder)) { // elsewhere a folder is no file that can be opened
      try (FileChannel entries = FileChannel.open(folder)) {
        entries.force(true);
      }
    }
  }

  private static Path folder(Path path) {
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IllegalArgumentException(path + " is in no folder");
    }
    return folder;
  }

  private static boolean isPosix(Path path) throws IOException {
    return Files.getFileStore(path).supportsFileAttributeView("posix");
  }
}
