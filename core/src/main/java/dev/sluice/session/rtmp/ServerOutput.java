package dev.sluice.session.rtmp;

import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.amf.AmfValue;
import dev.sluice.wire.rtmp.RtmpUrl;
import java.util.List;

/** What {@link RtmpServerSession} wants from its owner. */
public sealed interface ServerOutput extends RtmpOutput
    permits Send,
        Closed,
        MediaReceived,
        ServerOutput.ConnectRequested,
        ServerOutput.PublishRequested,
        ServerOutput.PlayRequested,
        ServerOutput.PauseChanged,
        ServerOutput.MediaSelected,
        ServerOutput.BufferLength,
        ServerOutput.Unpublished,
        ServerOutput.PlayStopped {
  /**
   * Answer with {@link RtmpServerSession#acceptConnect}, {@link RtmpServerSession#rejectConnect} or
   * {@link RtmpServerSession#redirect}; until then what the client sends is kept.
   *
   * @param app as sent, with its query
   * @param tcUrl as sent; empty where the client did not
   * @param flashVer the client's name for itself
   * @param pageUrl of the page that holds the player
   * @param swfUrl of the player
   * @param objectEncoding 0 for AMF0, 3 for AMF3
   * @param capabilities what the client says of itself beyond that (Enhanced RTMP)
   * @param properties the whole command object
   * @param arguments what followed it, such as user and password of FMLE
   */
  record ConnectRequested(
      String app,
      String tcUrl,
      String flashVer,
      String pageUrl,
      String swfUrl,
      int objectEncoding,
      Capabilities capabilities,
      AmfProperties properties,
      List<AmfValue> arguments)
      implements ServerOutput {
    /** Without what may be secret: queries, properties and arguments. */
    @Override
    public String toString() {
      return "ConnectRequested[app=%s, flashVer=%s]"
          .formatted(Text.withoutQuery(app), Text.quoted(flashVer));
    }
  }

  /**
   * Answer with {@link RtmpServerSession#acceptPublish}, {@link RtmpServerSession#rejectPublish} or
   * {@link RtmpServerSession#redirect}; until then what the client sends is kept.
   *
   * @param stream as sent, with its query
   * @param url what that means together with {@code connect}
   * @param kind "live", "record" or "append" as sent; SRS ignores it
   */
  record PublishRequested(String stream, RtmpUrl url, String kind) implements ServerOutput {
    /** Without what may be secret: the query. */
    @Override
    public String toString() {
      return "PublishRequested[url=%s, kind=%s]".formatted(url, Text.quoted(kind));
    }
  }

  /**
   * Answer with {@link RtmpServerSession#acceptPlay}, {@link RtmpServerSession#rejectPlay} or
   * {@link RtmpServerSession#redirect}, whenever that is known; {@link PlayStopped} withdraws it.
   *
   * @param stream as sent, with its query
   * @param url what that means together with {@code connect}
   * @param start −2 live or recorded (the default), −1 live, else where to begin; as sent (ffmpeg
   *     counts in milliseconds)
   * @param durationMs the engine ends the playback after this; not positive for no end
   * @param reset whether earlier items of a playlist are to go
   */
  record PlayRequested(String stream, RtmpUrl url, double start, double durationMs, boolean reset)
      implements ServerOutput {
    /** Without what may be secret: the query. */
    @Override
    public String toString() {
      return "PlayRequested[url=%s, start=%s, durationMs=%s]".formatted(url, start, durationMs);
    }
  }

  /** The player paused or resumed. */
  record PauseChanged(boolean paused) implements ServerOutput {}

  /** Which media the player wants from now on; both unless it says so. */
  record MediaSelected(boolean audio, boolean video) implements ServerOutput {}

  /**
   * How much the player buffers; not asked for before.
   *
   * @param bufferMs 32 bits without sign
   */
  record BufferLength(int bufferMs) implements ServerOutput {}

  /** The publication has ended, the connection stays. */
  record Unpublished() implements ServerOutput {}

  /** The playback has ended or is not wanted any more, the connection stays. */
  record PlayStopped() implements ServerOutput {}
}
