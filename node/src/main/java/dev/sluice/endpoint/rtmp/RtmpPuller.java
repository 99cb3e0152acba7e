package dev.sluice.endpoint.rtmp;

import dev.sluice.hub.Loop;
import dev.sluice.hub.SourceJobs;
import dev.sluice.net.Dialer;
import dev.sluice.net.TlsContexts;
import dev.sluice.session.rtmp.RtmpClientSettings;
import dev.sluice.session.rtmp.RtmpTarget;
import dev.sluice.wire.MalformedException;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Fetches streams from other RTMP servers: one connection a call, which may be sent elsewhere. */
public final class RtmpPuller {
  private final Dialer dialer;
  private final RtmpClientSettings settings;
  private final String serverName;
  private final Supplier<String> ids;
  private final RandomGenerator random;

  /**
   * A puller.
   *
   * @param serverName what metadata names as the server
   * @param ids gives each connection its ID; any thread
   * @param random for handshakes; must bear use by several threads
   */
  public RtmpPuller(
      Dialer dialer,
      RtmpClientSettings settings,
      String serverName,
      Supplier<String> ids,
      RandomGenerator random) {
    this.dialer = dialer;
    this.settings = settings;
    this.serverName = serverName;
    this.ids = ids;
    this.random = random;
  }

  /**
   * Fetches the stream at {@code url} until something ends it. All calls come on {@code loop}.
   *
   * @param loop the stream's own, which is the caller's; the connection lives there
   * @param port where it is published, once the server plays it
   * @param ended is told once why it has ended, never before this returns
   * @return stops it, then nothing more is told
   * @throws MalformedException when {@code url} is none
   */
  public Runnable fetch(String url, Loop loop, SourceJobs.Port port, Consumer<String> ended) {
    var fetch = new Fetch(loop, port, ended);
    RtmpTarget target = RtmpTarget.parse(url, RtmpTarget.Purpose.PLAY);
    loop.execute(() -> fetch.dial(target));
    return fetch::stop;
  }

  /** What the connections of one call share. */
  final class Fetch {
    private final Loop loop;
    private final SourceJobs.Port port;
    private final Consumer<String> ended;
    private Dialer.@Nullable Call call;
    private @Nullable RtmpPullHandler connection;
    private boolean over;

    private Fetch(Loop loop, SourceJobs.Port port, Consumer<String> ended) {
      this.loop = loop;
      this.port = port;
      this.ended = ended;
    }

    /** Connects to {@code target}, the first one or one that a server sent us to. */
    void dial(RtmpTarget target) {
      if (over) {
        return;
      }
      SslContext tls = null;
      try {
        tls = target.tls() ? TlsContexts.client() : null;
      } catch (IOException broken) {
        over("TLS cannot be used: " + broken.getMessage());
        return;
      }
      port.note("connecting");
      call =
          dialer.connect(
              target.host(),
              target.port(),
              tls,
              loop,
              () -> connected(target),
              why -> over("cannot connect: " + why));
    }

    private RtmpPullHandler connected(RtmpTarget target) {
      call = null;
      var fresh = new RtmpPullHandler(this, settings, target, serverName, ids.get(), loop, random);
      connection = fresh;
      return fresh;
    }

    SourceJobs.Port port() {
      return port;
    }

    /** It has ended, from the other side. */
    void over(String why) {
      if (!over) {
        over = true;
        ended.accept(why);
      }
    }

    private void stop() {
      over = true;
      if (call != null) {
        call.cancel();
      }
      if (connection != null) {
        connection.stop("not needed any more");
      }
    }
  }
}
