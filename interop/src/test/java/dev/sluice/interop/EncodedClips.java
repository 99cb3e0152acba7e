package dev.sluice.interop;

import dev.sluice.interop.CodecPair.Audio;
import dev.sluice.interop.CodecPair.Video;
import dev.sluice.testkit.Children;
import dev.sluice.testkit.Ffmpeg8;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Two seconds of a picture and of a sound in every codec, made by ffmpeg 8 and kept in Matroska;
 * what ffmpeg 8 sees in them is what viewers have to see.
 */
final class EncodedClips {
  /**
   * So much later than the sound the picture begins, so that the tracks of both are known when the
   * stream begins: GStreamer's command line does not follow a PMT that changes.
   */
  private static final String PICTURE_LATER_S = "0.1";

  private static final Duration BOUND = Duration.ofSeconds(40);

  private final Path folder;
  private final Map<String, HashedStreams> sent = new HashMap<>();

  private EncodedClips(Path folder) {
    this.folder = folder;
  }

  /** Makes all of them in {@code folder}. */
  static EncodedClips make(Path folder) {
    return make(folder, List.of(Video.values()), List.of(Audio.values()));
  }

  /** Makes some of them in {@code folder}. */
  static EncodedClips make(Path folder, List<Video> pictures, List<Audio> sounds) {
    EncodedClips clips = new EncodedClips(folder);
    try (Children children = new Children()) {
      for (Video video : pictures) {
        if (video != Video.NONE) {
          clips.picture(video, children);
        }
      }
      for (Audio audio : sounds) {
        if (audio != Audio.NONE) {
          clips.sound(audio, children);
        }
      }
    }
    return clips;
  }

  private void picture(Video video, Children children) {
    String file = file(video, "mkv").toString();
    ffmpeg(
        children,
        "-f lavfi -i testsrc2=size=160x90:rate=25 -t 2 -g 50 -pix_fmt yuv420p -output_ts_offset "
            + PICTURE_LATER_S
            + " -c:v "
            + video.encoder
            + " "
            + file);
    sent.put(video + "", hashed(children, file, List.of()));
    List<String> filters = video.filters(true);
    if (!filters.isEmpty()) {
      sent.put(video + " ts", hashed(children, file, filters));
    }
    if (video == Video.VP8) { // as PlainPublisher reads it
      ffmpeg(children, "-copyts -i " + file + " -c copy " + file(video, "ivf"));
    }
  }

  private void sound(Audio audio, Children children) {
    String file = file(audio, "mkv").toString();
    ffmpeg(
        children,
        "-f lavfi -i sine=frequency=440:sample_rate=48000 -t 2 -c:a " + audio.encoder + " " + file);
    sent.put(audio + " sound", hashed(children, file, List.of()));
    ffmpeg(
        children,
        "-copyts -i " + file + " -c copy -flvflags no_duration_filesize " + file(audio, "flv"));
  }

  private Path file(Enum<?> codec, String extension) {
    return folder.resolve(
        codec.getDeclaringClass().getSimpleName() + "-" + codec + "." + extension);
  }

  private static void ffmpeg(Children children, String options) {
    children.run(BOUND, (Ffmpeg8.ffmpeg() + " -v error -y " + options).split(" "));
  }

  /** What ffmpeg 8 finds in a file, after {@code filters}. */
  static HashedStreams hashed(Children children, String file, List<String> filters) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(Ffmpeg8.ffmpeg(), "-v", "fatal", "-copyts", "-i", file));
    command.addAll(HashedStreams.framehash(filters, "-"));
    return HashedStreams.ofFramehash(children.run(BOUND, command.toArray(String[]::new)).lines());
  }

  /**
   * What is sent of a pair.
   *
   * @param ts in the form that access units have in a transport stream; else in files
   */
  HashedStreams sent(CodecPair pair, boolean ts) {
    List<HashedStreams.One> all = new ArrayList<>();
    if (pair.video() != Video.NONE) {
      HashedStreams own = sent.get(pair.video() + (ts ? " ts" : ""));
      all.addAll((own == null ? sent(pair.video() + "") : own).streams());
    }
    if (pair.audio() != Audio.NONE) {
      all.addAll(sent(pair.audio() + " sound").streams());
    }
    return new HashedStreams(all);
  }

  private HashedStreams sent(String what) {
    return Objects.requireNonNull(sent.get(what), what);
  }

  /** Publishes a pair, in real time where ffmpeg does it, and returns at its end. */
  void publish(CodecPair pair, ServerUnderTest server, Children children) {
    if (pair.isFfmpegs()) {
      List<Path> files = new ArrayList<>();
      if (pair.video() != Video.NONE) {
        files.add(file(pair.video(), "mkv"));
      }
      if (pair.audio() != Audio.NONE) {
        files.add(file(pair.audio(), "mkv"));
      }
      children.run(BOUND, command(files, server.publish(pair.stream())));
    } else {
      plain(pair, server);
    }
  }

  /** ffmpeg 8 sends all of {@code files} as one stream of as many tracks. */
  private static String[] command(List<Path> files, String url) {
    List<String> command = new ArrayList<>(List.of(Ffmpeg8.ffmpeg(), "-v", "error", "-copyts"));
    for (Path file : files) {
      command.addAll(List.of("-re", "-i", file.toString()));
    }
    for (int i = 0; i < files.size(); i++) {
      command.addAll(List.of("-map", Integer.toString(i)));
    }
    command.addAll(List.of("-c", "copy", "-flvflags", "no_duration_filesize", "-f", "flv", url));
    return command.toArray(String[]::new);
  }

  /** ffmpeg 8 sends several pictures and sounds as one stream, in real time, to its end. */
  void publishTogether(List<Video> pictures, List<Audio> sounds, String url, Children children) {
    List<Path> files = new ArrayList<>();
    pictures.forEach(picture -> files.add(file(picture, "mkv")));
    sounds.forEach(sound -> files.add(file(sound, "mkv")));
    children.run(BOUND, command(files, url));
  }

  private void plain(CodecPair pair, ServerUnderTest server) {
    List<PlainFlv.Tag> audio = List.of();
    int laterMs = 0;
    if (pair.audio() != Audio.NONE) {
      audio = PlainFlv.tags(read(file(pair.audio(), "flv")));
      // what begins before 0 does so at 0 in FLV: so much later is the picture, too
      int firstMs =
          audio.stream().filter(PlainFlv.Tag::isSound).findFirst().orElseThrow().timestampMs();
      HashedStreams.One sound = sent(pair.audio() + " sound").streams().getFirst();
      laterMs = (int) Math.round(firstMs - sound.frames().getFirst().dtsMs());
    }
    PlainPublisher.publish(
        server, pair.stream(), PlainPublisher.vp8(file(pair.video(), "ivf"), laterMs), audio);
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
