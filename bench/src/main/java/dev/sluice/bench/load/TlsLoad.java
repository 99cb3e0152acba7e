package dev.sluice.bench.load;

import dev.sluice.wire.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Viewers over TLS, a virtual thread each. Any certificate will do: the peer is always this
 * machine. One lock guards all counters; a viewer holds it for the microseconds of one read.
 */
public final class TlsLoad implements Load {
  private static final int READ_BYTES = 1 << 14; // one TLS record

  /** Viewers at most: each has a thread and two buffers. */
  static final int MAX_VIEWERS = 2000;

  private final Crowd crowd;
  private final SSLContext context = trustingContext();
  private final List<Viewer> viewers = new ArrayList<>(); // guarded by this, as all they hold
  private final List<Socket> sockets = new ArrayList<>(); // guarded by this
  private int toOpen;
  private long openEveryNs;
  private long openNextNs;
  private long windowNs = System.nanoTime();
  private String cipher = ""; // guarded by this
  private volatile boolean closing;

  /** A crowd without viewers yet. */
  public TlsLoad(Crowd crowd) {
    this.crowd = crowd;
  }

  @Override
  public void open(int count, int perSecond) {
    if (viewers().size() + toOpen + count > MAX_VIEWERS) {
      throw new IllegalArgumentException(
          "%d viewers over TLS, allowed are %d".formatted(count, MAX_VIEWERS));
    }
    toOpen += count;
    openEveryNs = 1_000_000_000L / perSecond;
    openNextNs = System.nanoTime();
  }

  @Override
  public void run(Duration time) {
    long untilNs = System.nanoTime() + time.toNanos();
    for (long nowNs; (nowNs = System.nanoTime()) - untilNs < 0; ) {
      while (toOpen > 0 && openNextNs - nowNs <= 0) {
        toOpen--;
        openNextNs += openEveryNs;
        openOne(nowNs);
      }
      LockSupport.parkNanos(Math.min(untilNs - nowNs, toOpen > 0 ? openEveryNs : 10_000_000));
    }
  }

  private synchronized void openOne(long nowNs) {
    Viewer viewer = crowd.viewer(viewers.size(), nowNs);
    viewers.add(viewer);
    Thread.ofVirtual().name("viewer " + viewer.index).start(() -> watch(viewer));
  }

  private void watch(Viewer viewer) {
    try (SSLSocket socket = connect(viewer)) {
      OutputStream out = socket.getOutputStream();
      InputStream in = socket.getInputStream();
      send(out, opening(viewer));
      byte[] arrived = new byte[READ_BYTES];
      for (int count; (count = in.read(arrived)) >= 0; ) {
        if (!take(viewer, arrived, count, out)) {
          return;
        }
      }
      lose(viewer, Viewer.State.CUT, "the server closed the connection");
    } catch (IOException | UncheckedIOException | MalformedException broken) {
      lose(viewer, Viewer.State.CUT, String.valueOf(broken.getMessage()));
    }
  }

  private SSLSocket connect(Viewer viewer) throws IOException {
    Target target = crowd.target(viewer.index);
    var socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(target.address().getAddress(), target.address().getPort());
    synchronized (this) {
      sockets.add(socket);
      viewer.state = Viewer.State.JOINING;
    }
    socket.setTcpNoDelay(true);
    socket.startHandshake();
    synchronized (this) {
      cipher = socket.getSession().getCipherSuite();
    }
    return socket;
  }

  private synchronized byte[] opening(Viewer viewer) {
    Session session = viewer.session;
    return session == null ? new byte[0] : session.opening();
  }

  /** Returns false when the viewer is to give up. */
  private synchronized boolean take(Viewer viewer, byte[] arrived, int count, OutputStream out) {
    long nowNs = System.nanoTime();
    viewer.onBytes(count, nowNs);
    Session session = viewer.session;
    if (session == null) {
      return true; // playing, unchecked
    }
    session.feed(arrived, 0, count, nowNs, bytes -> send(out, bytes));
    String refusal = session.refusal();
    if (refusal != null) {
      viewer.end(Viewer.State.REFUSED, refusal);
      return false;
    }
    if (viewer.state == Viewer.State.JOINING && session.playing()) {
      viewer.state = Viewer.State.PLAYING;
      viewer.firstPictureNs = nowNs;
      if (viewer.checker == null) {
        viewer.session = null;
      }
    }
    return true;
  }

  private static void send(OutputStream out, byte[] bytes) {
    try {
      out.write(bytes);
      out.flush();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private synchronized void lose(Viewer viewer, Viewer.State how, String why) {
    viewer.end(closing ? Viewer.State.LEFT : how, why);
  }

  /** The cipher suite of the latest handshake, such as {@code TLS_AES_128_GCM_SHA256}. */
  public synchronized String cipher() {
    return cipher;
  }

  private synchronized List<Viewer> viewers() {
    return List.copyOf(viewers);
  }

  @Override
  public synchronized int joining() {
    return toOpen + count(Viewer.State.CONNECTING) + count(Viewer.State.JOINING);
  }

  @Override
  public synchronized int playing() {
    return count(Viewer.State.PLAYING);
  }

  private int count(Viewer.State state) {
    return (int) viewers.stream().filter(viewer -> viewer.state == state).count();
  }

  @Override
  public synchronized void beginWindow() {
    windowNs = System.nanoTime();
    viewers.forEach(viewer -> viewer.beginWindow(windowNs));
  }

  @Override
  public synchronized ViewerFigures figures() {
    return ViewerFigures.of(viewers, windowNs, System.nanoTime());
  }

  @Override
  public void close() {
    closing = true;
    List<Socket> open;
    synchronized (this) {
      open = List.copyOf(sockets);
    }
    for (Socket socket : open) {
      try {
        socket.close();
      } catch (IOException alreadyGone) {
        // gone is what was wanted
      }
    }
  }

  /**
   * The name by which {@code openssl speed -evp} knows the cipher of a TLS 1.3 or GCM suite.
   *
   * @throws IllegalArgumentException for other suites
   */
  public static String opensslName(String suite) {
    String upper = suite.toUpperCase(Locale.ROOT);
    if (upper.contains("AES_128_GCM")) {
      return "aes-128-gcm";
    }
    if (upper.contains("AES_256_GCM")) {
      return "aes-256-gcm";
    }
    if (upper.contains("CHACHA20_POLY1305")) {
      return "chacha20-poly1305";
    }
    throw new IllegalArgumentException("no openssl name for cipher suite \"" + suite + "\"");
  }

  private static SSLContext trustingContext() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustsThisMachine()}, null);
      return context;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has TLS", impossible);
    }
  }

  /** {@link Target} has made sure that the peer is this machine. */
  private static final class TrustsThisMachine extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
