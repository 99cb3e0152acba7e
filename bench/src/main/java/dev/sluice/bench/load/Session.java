package dev.sluice.bench.load;

import dev.sluice.bench.wire.FlvParser;
import dev.sluice.bench.wire.HttpAnswer;
import dev.sluice.bench.wire.MediaSink;
import dev.sluice.bench.wire.RtmpClient;
import dev.sluice.wire.MalformedException;
import org.jspecify.annotations.Nullable;

/** The protocol of one viewer: from its first byte to its first picture, and on when checked. */
abstract sealed class Session {
  private final MediaSink sink;
  private boolean playing;

  private Session(MediaSink sink) {
    this.sink = sink;
  }

  /** The session that {@code target} asks for; media goes to {@code sink}. */
  static Session of(Target target, MediaSink sink) {
    return switch (target.form()) {
      case RTMP, RTMPS -> new Rtmp(target, sink);
      case HTTP_FLV, HTTPS_FLV -> new HttpFlv(target, sink);
      case RAW -> new Raw(sink);
    };
  }

  /** What is sent as soon as the connection stands; may be empty. */
  abstract byte[] opening();

  /**
   * Takes in bytes.
   *
   * @throws MalformedException when they are not the protocol
   */
  abstract void feed(byte[] data, int from, int to, long nowNs, RtmpClient.Replies replies);

  /** Why the server will not play; null while it may. */
  abstract @Nullable String refusal();

  /** True as soon as a whole picture has come. */
  final boolean playing() {
    return playing;
  }

  final void onMedia(int type, int timestampMs, byte[] body, int length, long nowNs) {
    playing |= MediaSink.isPicture(type, body, length);
    sink.onMedia(type, timestampMs, body, length, nowNs);
  }

  private static final class Rtmp extends Session {
    private final RtmpClient client;

    Rtmp(Target target, MediaSink sink) {
      super(sink);
      client = RtmpClient.player(target.rtmp());
    }

    @Override
    byte[] opening() {
      return client.opening();
    }

    @Override
    void feed(byte[] data, int from, int to, long nowNs, RtmpClient.Replies replies) {
      client.feed(data, from, to, nowNs, replies, this::onMedia);
    }

    @Override
    @Nullable String refusal() {
      return client.phase() == RtmpClient.Phase.REFUSED ? client.refusal() : null;
    }
  }

  private static final class HttpFlv extends Session {
    private final Target target;
    private final HttpAnswer answer = new HttpAnswer();
    private final FlvParser flv = new FlvParser();

    HttpFlv(Target target, MediaSink sink) {
      super(sink);
      this.target = target;
    }

    @Override
    byte[] opening() {
      return HttpAnswer.request(target.host(), target.address().getPort(), target.path());
    }

    @Override
    void feed(byte[] data, int from, int to, long nowNs, RtmpClient.Replies replies) {
      int body = answer.status() == 0 ? answer.feed(data, from, to) : from;
      if (answer.status() == 200) {
        flv.feed(data, body, to, nowNs, this::onMedia);
      }
    }

    @Override
    @Nullable String refusal() {
      boolean refused = answer.status() != 0 && answer.status() != 200;
      return refused ? answer.statusLine() : null;
    }
  }

  private static final class Raw extends Session {
    private boolean any;

    Raw(MediaSink sink) {
      super(sink);
    }

    @Override
    byte[] opening() {
      return new byte[0];
    }

    @Override
    void feed(byte[] data, int from, int to, long nowNs, RtmpClient.Replies replies) {
      if (!any && from < to) {
        any = true;
        onMedia(MediaSink.VIDEO, 0, new byte[] {0x17, 1}, 2, nowNs); // any byte is as good
      }
    }

    @Override
    @Nullable String refusal() {
      return null;
    }
  }
}
