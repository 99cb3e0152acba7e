package dev.sluice.restream;

import dev.sluice.mux.MediaFile;
import dev.sluice.wire.MalformedException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a player plays, one item after another. It blocks; one thread at a time. */
public interface Programme {

  /** One item: its place, what it is for people, and how it is opened. */
  record Item(int index, String name, Opening opening) {}

  /** Opens an item; as {@link MediaOpener#open}. */
  @FunctionalInterface
  interface Opening {
    /** The file, to be read from its beginning. */
    MediaFile open() throws IOException;
  }

  /**
   * The item that follows; null when it is over.
   *
   * @throws IOException when the list of items cannot be read
   * @throws MalformedException when it is none
   */
  @Nullable Item next() throws IOException;

  /** Has the item at {@code index}, from 0, be the one that follows. */
  void skipTo(int index);

  /** One file. */
  static Programme file(Path path, boolean loop, MediaOpener opener) {
    return new Listed(() -> List.of(path), loop, opener);
  }

  /**
   * The files that a text file lists, a line each, from its own folder on where they are not
   * absolute; empty lines and those that begin with {@code #} are passed over. It is read again
   * before each item, so that it can be changed while it is played.
   */
  static Programme playlist(Path path, boolean loop, MediaOpener opener) {
    return new Listed(() -> read(path), loop, opener);
  }

  /** Most bytes of a playlist. */
  int MAX_PLAYLIST_BYTES = 1 << 20;

  /** Most files of a playlist. */
  int MAX_FILES = 10_000;

  private static List<Path> read(Path path) throws IOException {
    if (Files.size(path) > MAX_PLAYLIST_BYTES) {
      throw new MalformedException(
          "playlist %s has more than %d bytes".formatted(path.getFileName(), MAX_PLAYLIST_BYTES));
    }
    List<Path> files = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(path)) {
        String name = line.strip().replaceFirst("^\uFEFF", "");
        if (!name.isEmpty() && !name.startsWith("#")) {
          files.add(path.resolveSibling(name));
        }
      }
    } catch (MalformedInputException | InvalidPathException broken) {
      throw new MalformedException("playlist %s is no list of files".formatted(path.getFileName()));
    }
    if (files.isEmpty() || files.size() > MAX_FILES) {
      throw new MalformedException(
          "playlist %s has %d files, allowed are 1 to %d"
              .formatted(path.getFileName(), files.size(), MAX_FILES));
    }
    return files;
  }

  /** Lists files, at any time anew. */
  @FunctionalInterface
  interface Listing {
    /** The files, at least one. */
    List<Path> files() throws IOException;
  }

  /** Files by their place in a list. */
  final class Listed implements Programme {
    private final Listing listing;
    private final boolean loop;
    private final MediaOpener opener;
    private int next;

    private Listed(Listing listing, boolean loop, MediaOpener opener) {
      this.listing = listing;
      this.loop = loop;
      this.opener = opener;
    }

    @Override
    public @Nullable Item next() throws IOException {
      List<Path> files = listing.files();
      if (next >= files.size()) {
        if (!loop) {
          return null;
        }
        next = 0;
      }
      int index = next++;
      Path file = files.get(index);
      return new Item(index, String.valueOf(file.getFileName()), () -> opener.open(file));
    }

    @Override
    public void skipTo(int index) {
      next = Math.max(0, index);
    }
  }
}
