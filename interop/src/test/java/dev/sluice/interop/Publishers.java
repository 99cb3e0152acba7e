package dev.sluice.interop;

import dev.sluice.testkit.Children;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Encoders. */
public final class Publishers {
  private final Children children;

  /** Programs are started as children of the test. */
  public Publishers(Children children) {
    this.children = children;
  }

  /** ffmpeg sends a file as it is, in real time, and ends with it. */
  public Children.Child ffmpeg(Path clip, String url) {
    return children.start(
        ("ffmpeg -v warning -re -i "
                + clip
                + " -c copy -flvflags no_duration_filesize -f flv "
                + url)
            .split(" "));
  }

  /** ffmpeg sends a file again and again, in real time, until it is stopped. */
  public Children.Child ffmpegForever(Path clip, String url) {
    return ffmpegForever(clip, url, List.of());
  }

  /** The same, with a command before it that starts it somewhere else. */
  public Children.Child ffmpegForever(Path clip, String url, List<String> before) {
    List<String> command = new ArrayList<>(before);
    command.addAll(
        List.of(
            ("ffmpeg -v warning -re -stream_loop -1 -i " + clip + " -c copy -f flv " + url)
                .split(" ")));
    return children.start(Map.of(), command);
  }

  /** GStreamer sends a test picture and a tone until it is stopped. */
  public Children.Child gstreamer(String url) {
    return children.start(
        ("gst-launch-1.0 -q flvmux name=mux streamable=true ! rtmp2sink location="
                + url
                + " videotestsrc is-live=true pattern=ball"
                + " ! video/x-raw,width=320,height=180,framerate=25/1"
                + " ! x264enc tune=zerolatency key-int-max=25 bitrate=300"
                + " ! h264parse ! mux."
                + " audiotestsrc is-live=true ! audioconvert ! audioresample"
                + " ! audio/x-raw,rate=48000 ! avenc_aac ! aacparse ! mux.")
            .split(" "));
  }
}
