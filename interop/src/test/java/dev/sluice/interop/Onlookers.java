package dev.sluice.interop;

import dev.sluice.testkit.Children;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Players of others that show pictures on a {@link Screen}, and listen to the sound. */
final class Onlookers {
  /** The user "nobody" of every Linux. */
  private static final String NOBODY = "65534";

  /**
   * VLC 3 tries one way after the other to have pictures decoded by hardware, and loses some until
   * it has found out that there is none.
   */
  private static final long LOOKS_FOR_HARDWARE_MS = 3_000;

  private final Children children;
  private final Path folder;

  /**
   * A player and its screen.
   *
   * @param settleMs of which nothing is judged, from the first picture on
   */
  record Onlooker(Children.Child child, Screen screen, long settleMs) {
    /** What it has shown from when it had settled until {@code nowMs}, in figures. */
    Showing showing(long nowMs, long stallMs) {
      List<Screen.Picture> all = screen.pictures();
      long fromMs = all.isEmpty() ? 0 : all.getFirst().atMs() + settleMs;
      return Showing.of(
          all.stream().dropWhile(picture -> picture.atMs() < fromMs).toList(), nowMs, stallMs);
    }

    /** Ends the player. */
    void stop() {
      child.kill();
      screen.close();
    }

    @Override
    public String toString() {
      return screen.toString();
    }
  }

  /** Programs are started as children of the test; their screens are in {@code folder}. */
  Onlookers(Children children, Path folder) {
    this.children = children;
    this.folder = folder;
  }

  /** ffmpeg decodes whatever it gets, as soon as it gets it. */
  Onlooker ffmpeg(String form, String url) {
    Screen screen = screen("ffmpeg, " + form, Screen.Samples.GRAY);
    return onlooker(
        screen,
        0,
        words(
            "ffmpeg -v warning -nostdin -y -i "
                + url
                + " -map 0:v -fps_mode passthrough -pix_fmt gray -flush_packets 1 -f rawvideo "
                + screen.file()
                + " -map 0:a -f null -"));
  }

  /** GStreamer, in step with its clock, finds out by itself what it plays. */
  Onlooker gstreamer(String form, String url) {
    return gstreamer(form, "uridecodebin3 name=in uri=" + url, "videoconvert", "audioconvert");
  }

  /**
   * The same of HLS of transport streams, put together by hand: by itself, GStreamer 1.22 does not
   * begin every time.
   */
  Onlooker gstreamerOfTransportStreams(String form, String url) {
    return gstreamer(
        form,
        "souphttpsrc location=" + url + " ! hlsdemux ! tsdemux name=in",
        "h264parse ! avdec_h264 ! videoconvert",
        "aacparse ! avdec_aac");
  }

  private Onlooker gstreamer(String form, String source, String pictures, String sound) {
    Screen screen = screen("GStreamer, " + form, Screen.Samples.GRAY);
    return onlooker(
        screen,
        0,
        words(
            ("gst-launch-1.0 -q " + source)
                + (" in. ! queue ! " + pictures + " ! video/x-raw,format=GRAY8")
                + " ! filesink buffer-mode=unbuffered sync=true location="
                + screen.file()
                + (" in. ! queue ! " + sound + " ! fakesink sync=true")));
  }

  /**
   * VLC, in step with its clock. It shows each picture, also a late one, which is to be seen and
   * not to be left out.
   */
  Onlooker vlc(String form, String url) {
    Screen screen = screen("VLC, " + form, Screen.Samples.YUV4MPEG);
    List<String> command = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) { // as whom it refuses to run
      command.addAll(words("setpriv --reuid=" + NOBODY + " --regid=" + NOBODY + " --clear-groups"));
    }
    command.addAll(
        words(
            "vlc --intf=dummy --ignore-config --no-media-library --no-video-title-show --no-osd"
                + " --no-drop-late-frames --no-skip-frames --avcodec-hw=none"
                + " --aout=adummy --vout=yuv --yuv-yuv4mpeg2"
                + (" --yuv-chroma=I420 --yuv-file=" + screen.file())
                + (" --verbose=1 " + url)));
    return onlooker(screen, LOOKS_FOR_HARDWARE_MS, command);
  }

  private Screen screen(String name, Screen.Samples samples) {
    return new Screen(name, folder, children, samples);
  }

  private Onlooker onlooker(Screen screen, long settleMs, List<String> command) {
    // whoever runs it may have no home
    Children.Child child = children.start(Map.of("HOME", folder.toString()), command);
    return new Onlooker(child, screen, settleMs);
  }

  private static List<String> words(String command) {
    return List.of(command.split(" "));
  }
}
