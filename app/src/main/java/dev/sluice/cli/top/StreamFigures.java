package dev.sluice.cli.top;

import dev.sluice.cli.remote.Fields;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A stream as {@code GET /sluice/v1/streams} tells it. Texts are as the server says them.
 *
 * @param state {@code live}, {@code away}, {@code waiting} or {@code closed}
 * @param incarnationMs when it began, which tells it from one of the same name before
 * @param protocol of whoever delivers; empty when nobody does
 * @param sinceMs how long he has been there
 * @param video codec and size, such as {@code h264 1280x720 25 fps}; empty for none
 * @param audio codec and the rest; empty for none
 * @param viewersByProtocol of those that answered
 * @param skips blocks that viewers who are there were not sent
 */
public record StreamFigures(
    String name,
    String state,
    long incarnationMs,
    String protocol,
    String address,
    long sinceMs,
    String video,
    String audio,
    long bitrateBps,
    long bytesIn,
    long bytesOut,
    long videoFrames,
    long viewers,
    Map<String, Long> viewersByProtocol,
    long skips) {
  private static final Pattern SIZE =
      Pattern.compile(" (\\d{1,5}x\\d{1,5})(?: ([0-9.]{1,8}) fps)?");

  public StreamFigures {
    viewersByProtocol = Map.copyOf(viewersByProtocol);
  }

  /** The streams of an answer. */
  public static List<StreamFigures> list(JsonObject answer) {
    return Fields.objects(answer, "streams").stream().map(StreamFigures::of).toList();
  }

  private static StreamFigures of(JsonObject stream) {
    JsonObject source = Fields.object(stream, "source");
    return new StreamFigures(
        Fields.text(stream, "name"),
        Fields.text(stream, "state"),
        Fields.whole(stream, "incarnationMs"),
        Fields.text(source, "protocol"),
        Fields.text(source, "address"),
        Fields.whole(source, "sinceMs"),
        track(stream, "video"),
        track(stream, "audio"),
        Fields.whole(stream, "bitrateBps"),
        Fields.whole(stream, "bytesIn"),
        Fields.whole(stream, "bytesOut"),
        Fields.whole(stream, "videoFrames"),
        Fields.whole(stream, "viewers"),
        Fields.numbers(stream, "viewersByProtocol"),
        Fields.whole(stream, "blocksDropped"));
  }

  private static String track(JsonObject stream, String kind) {
    for (JsonObject track : Fields.objects(stream, "tracks")) {
      if (Fields.text(track, "kind").equals(kind)) {
        return Fields.text(track, "text");
      }
    }
    return "";
  }

  /** The same with as many viewers. */
  StreamFigures watched(long by, Map<String, Long> byProtocol) {
    return new StreamFigures(
        name,
        state,
        incarnationMs,
        protocol,
        address,
        sinceMs,
        video,
        audio,
        bitrateBps,
        bytesIn,
        bytesOut,
        videoFrames,
        by,
        byProtocol,
        skips);
  }

  /** Codecs of picture and sound, such as {@code h264/aac}. */
  String codecs() {
    String both = codec(video) + "/" + codec(audio);
    return both.equals("/") ? "" : both.replaceFirst("^/|/$", "");
  }

  private static String codec(String track) {
    return track.split(" ", 2)[0];
  }

  /** Width and height, such as {@code 1280x720}; empty where they are not known. */
  String size() {
    Matcher size = SIZE.matcher(video);
    return size.find() ? size.group(1) : "";
  }

  /** Pixels of a picture; 0 where they are not known. */
  long pixels() {
    String size = size();
    if (size.isEmpty()) {
      return 0;
    }
    String[] sides = size.split("x", 2);
    return Long.parseLong(sides[0]) * Long.parseLong(sides[1]);
  }
}
