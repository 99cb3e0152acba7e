package dev.sluice.node;

import dev.sluice.access.OwnerFile;
import dev.sluice.access.RevocationJournal;
import dev.sluice.access.Revocations;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Revocations in a file of the data folder, which its owner alone may read. It is written anew with
 * each change and then takes the place of the one before, so that there is a whole one after any
 * crash: one that is not whole was damaged, and is never taken for fewer revocations.
 */
final class RevocationFile implements RevocationJournal, AutoCloseable {
  private static final String NAME = "revocations";

  private final Path path;
  private final Revocations kept;
  private final ReentrantLock lock = new ReentrantLock();
  private boolean closed;

  private RevocationFile(Path path, Revocations kept) {
    this.path = path;
    this.kept = kept;
  }

  /**
   * Reads the file of a folder; it is made with the first revocation.
   *
   * @throws IOException when it cannot be read; the message says why, and what to do
   */
  static RevocationFile open(Path folder) throws IOException {
    Path path = folder.resolve(NAME);
    try {
      return new RevocationFile(path, read(path));
    } catch (IOException failed) {
      throw unreadable(path, failed.toString(), failed);
    } catch (MalformedException | UnsupportedException damaged) {
      throw unreadable(path, String.valueOf(damaged.getMessage()), damaged);
    }
  }

  private static Revocations read(Path path) throws IOException {
    try {
      if (Files.size(path) > RevocationText.MAX_BYTES) {
        throw new MalformedException("more than %d bytes".formatted(RevocationText.MAX_BYTES));
      }
      Revocations kept = RevocationText.read(Files.readAllBytes(path));
      OwnerFile.restrict(path);
      return kept;
    } catch (NoSuchFileException none) {
      return Revocations.NONE;
    }
  }

  private static IOException unreadable(Path path, String why, Exception cause) {
    return new IOException(
        ("%s: %s; put a good copy there, or move it away and revoke again what it names: as long as"
                + " there is none, all who are revoked may come")
            .formatted(path, why),
        cause);
  }

  @Override
  public Revocations kept() {
    return kept;
  }

  @Override
  public void keep(Revocations revocations) throws IOException {
    byte[] text = RevocationText.write(revocations);
    lock.lock();
    try {
      if (closed) {
        throw new IOException("the server stops");
      }
      replace(text);
    } catch (IOException failed) {
      throw new IOException("%s cannot be written: %s".formatted(path, failed), failed);
    } finally {
      lock.unlock();
    }
  }

  private void replace(byte[] text) throws IOException {
    Path next = path.resolveSibling(NAME + ".next");
    Files.deleteIfExists(next); // of a write that a crash has cut short
    OwnerFile.make(next, text);
    Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    OwnerFile.syncFolder(path);
  }

  /** Nothing is kept any more: the folder may be another server's. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
  }
}
