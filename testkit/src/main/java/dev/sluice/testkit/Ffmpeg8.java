package dev.sluice.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Enumeration;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * ffmpeg and ffprobe 8, with x264, x265, SVT-AV1, libvpx, Opus, LAME and SRT: for tests marked
 * {@code @Needs("ffmpeg8")}.
 *
 * <p>It comes as a jar from Maven Central, which no module depends on, so that neither a build nor
 * a shipped program ever meets it: {@code ./verify} fetches it into the local Maven repository
 * ({@code maven.repo.local}, else {@code ~/.m2/repository}). Here it is unpacked into the module's
 * {@code target}, once.
 */
public final class Ffmpeg8 {
  /** The version of {@code org.bytedeco:ffmpeg}; {@code ./verify} names the same one. */
  static final String VERSION = "8.0.1-1.5.13";

  private static final String LIBRARIES = "lib";
  private static final String BINDINGS = "libjni"; // for use from Java; 3 MB that nobody loads

  private static @Nullable Path unpacked; // guarded by the class

  private Ffmpeg8() {}

  /**
   * The program ffmpeg.
   *
   * @throws IllegalStateException when the jar is not there
   */
  public static String ffmpeg() {
    return folder().resolve("ffmpeg").toString();
  }

  /**
   * The program ffprobe.
   *
   * @throws IllegalStateException when the jar is not there
   */
  public static String ffprobe() {
    return folder().resolve("ffprobe").toString();
  }

  /** The jar for this machine, or empty where it has not been fetched or there is none. */
  static Optional<Path> jar() {
    String repository =
        System.getProperty("maven.repo.local", System.getProperty("user.home") + "/.m2/repository");
    return classifier()
        .map(classifier ->
            Path.of(
                repository,
                "org/bytedeco/ffmpeg",
                VERSION,
                "ffmpeg-%s-%s.jar".formatted(VERSION, classifier)))
        .filter(Files::isRegularFile);
  }

  private static Optional<String> classifier() {
    return switch (System.getProperty("os.name") + " " + System.getProperty("os.arch")) {
      case "Linux amd64" -> Optional.of("linux-x86_64-gpl");
      case "Linux aarch64" -> Optional.of("linux-arm64-gpl");
      default -> Optional.empty();
    };
  }

  private static synchronized Path folder() {
    if (unpacked == null) {
      Path jar =
          jar().orElseThrow(() -> new IllegalStateException("ffmpeg 8 has not been fetched"));
      try {
        unpacked = unpack(jar, Path.of("target").toAbsolutePath());
      } catch (IOException e) {
        throw new UncheckedIOException("cannot unpack " + jar, e);
      }
    }
    return unpacked;
  }

  /** Unpacks into a folder of its own that is then renamed: others see all of it or nothing. */
  private static Path unpack(Path jar, Path target) throws IOException {
    Path folder = target.resolve("ffmpeg-" + VERSION);
    if (Files.isDirectory(folder)) {
      return folder;
    }
    Files.createDirectories(target);
    Path building = Files.createTempDirectory(target, "ffmpeg-");
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
        unpack(zip, all.nextElement(), building);
      }
    }
    try {
      Files.move(building, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) { // there is such a folder by now: another test JVM was faster
      delete(building);
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
    return folder;
  }

  private static void unpack(ZipFile zip, ZipEntry entry, Path folder) throws IOException {
    String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
    boolean program = name.equals("ffmpeg") || name.equals("ffprobe");
    boolean library = name.startsWith(LIBRARIES) && !name.startsWith(BINDINGS);
    if (!entry.getName().startsWith("org/bytedeco/ffmpeg/") || !program && !library) {
      return;
    }
    Path file = folder.resolve(name);
    try (InputStream in = zip.getInputStream(entry)) {
      Files.copy(in, file);
    }
    if (program && !file.toFile().setExecutable(true)) {
      throw new IOException("cannot be made executable: " + file);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
