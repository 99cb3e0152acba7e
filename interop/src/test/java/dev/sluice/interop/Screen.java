package dev.sluice.interop;

import dev.sluice.restream.ClockStrip;
import dev.sluice.testkit.Children;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Where a player of others shows the test picture: a pipe with a name, into which it writes each
 * picture as raw samples when it would be seen. Of each it is noted when it came and what time it
 * tells.
 */
final class Screen implements AutoCloseable {
  /** Size of the test picture. */
  private static final int WIDTH = 640;

  private static final int HEIGHT = 352;

  /** Characters of a line of YUV4MPEG2. */
  private static final int MAX_LINE = 200;

  private static final Duration BOUND = Duration.ofSeconds(10);

  /** How a player writes pictures; the luma comes first in all of them. */
  enum Samples {
    /** Luma alone. */
    GRAY(WIDTH * HEIGHT, false),
    /** YUV4MPEG2 of 4:2:0: a line in front of each picture, and one in front of them all. */
    YUV4MPEG(WIDTH * HEIGHT * 3 / 2, true);

    private final int bytes;
    private final boolean lines;

    Samples(int bytes, boolean lines) {
      this.bytes = bytes;
      this.lines = lines;
    }
  }

  /**
   * A picture.
   *
   * @param atMs when it was shown, ms since 1970
   * @param utcMs the time it tells; empty when it was not to be read
   */
  record Picture(long atMs, OptionalLong utcMs) {}

  private final String name;
  private final Path pipe;
  private final Samples samples;
  private final List<Picture> pictures = new ArrayList<>(); // guarded by itself
  private final Thread reader;

  /** Holds the pipe open: a player may open it, find out something else, and open it anew. */
  private final OutputStream keeper;

  /**
   * Makes the pipe in {@code folder}, which others may enter from then on: a player may be somebody
   * else.
   */
  Screen(String name, Path folder, Children children, Samples samples) {
    this.name = name;
    this.samples = samples;
    this.pipe = folder.resolve(name.replaceAll("[^A-Za-z0-9]+", "-") + ".pipe");
    try {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    children.run(BOUND, "mkfifo", "-m", "622", pipe.toString());
    reader = Thread.ofPlatform().daemon().name("screen of " + name).start(this::read);
    try {
      keeper = new FileOutputStream(pipe.toFile()); // when the reader is there
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where the player is to write. */
  String file() {
    return pipe.toString();
  }

  /** When the first picture came, ms since 1970; empty as long as there is none. */
  OptionalLong beganMs() {
    synchronized (pictures) {
      return pictures.isEmpty()
          ? OptionalLong.empty()
          : OptionalLong.of(pictures.getFirst().atMs());
    }
  }

  /** All that was shown so far. */
  List<Picture> pictures() {
    synchronized (pictures) {
      return List.copyOf(pictures);
    }
  }

  private void read() {
    byte[] picture = new byte[samples.bytes];
    try (var in = new DataInputStream(new FileInputStream(pipe.toFile()))) {
      while (true) {
        if (samples.lines) {
          awaitFrame(in);
        }
        in.readFully(picture);
        long atMs = System.currentTimeMillis();
        OptionalLong utcMs = ClockStrip.read(picture, 0, WIDTH, HEIGHT);
        synchronized (pictures) {
          pictures.add(new Picture(atMs, utcMs));
        }
      }
    } catch (EOFException e) {
      // nobody writes any more
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads up to the line that announces a picture. */
  private static void awaitFrame(DataInputStream in) throws IOException {
    var line = new StringBuilder();
    while (!line.toString().equals("FRAME")) {
      line.setLength(0);
      for (int next = in.readUnsignedByte(); next != '\n'; next = in.readUnsignedByte()) {
        if (line.length() == MAX_LINE) {
          throw new IOException("no line of YUV4MPEG2: " + line);
        }
        line.append((char) next);
      }
    }
  }

  /** After the player has ended: lets go of the pipe. */
  @Override
  public void close() {
    try {
      keeper.close();
      reader.join(BOUND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
