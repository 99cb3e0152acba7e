package dev.sluice.interop.storm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/** What comes to the TLS ports and is no TLS, half of it, or all of it with nothing inside. */
final class TlsAttacks {
  private static final Duration GAP = Duration.ofMillis(150);
  private static final Duration MOMENT = Duration.ofMillis(300);

  private TlsAttacks() {}

  static List<Attack> all() {
    return List.of(
        new Attack("tls: noise", TlsAttacks::noise),
        new Attack("tls: no TLS at all", TlsAttacks::plain),
        new Attack("tls: half a hello and silence", TlsAttacks::halfHello),
        new Attack("tls: hello and silence", TlsAttacks::onlyHello),
        new Attack("tls: hello byte by byte", TlsAttacks::slowHello),
        new Attack("tls: mutated hello", TlsAttacks::mutatedHello),
        new Attack("tls: records that lie", TlsAttacks::records),
        new Attack("tls: RTMP noise inside", TlsAttacks::rtmpNoise),
        new Attack("tls: HTTP noise inside", TlsAttacks::httpNoise),
        new Attack("tls: silence inside", TlsAttacks::silenceInside),
        new Attack("tls: player that never reads", TlsAttacks::deafPlayer),
        new Attack("tls: reset in the middle", TlsAttacks::reset));
  }

  /** The first record of a TLS client. */
  static byte[] clientHello() {
    try {
      SSLEngine engine = SSLContext.getDefault().createSSLEngine("localhost", 443);
      engine.setUseClientMode(true);
      engine.beginHandshake();
      ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
      engine.wrap(ByteBuffer.allocate(0), out);
      return Arrays.copyOf(out.array(), out.position());
    } catch (GeneralSecurityException | IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Line raw(Assailant by) throws IOException {
    return by.random().nextBoolean() ? by.rtmpsRaw() : by.httpsRaw();
  }

  private static Line inside(Assailant by) throws IOException {
    return by.random().nextBoolean()
        ? by.tls(by.prey().rtmpsPort())
        : by.tls(by.prey().httpsPort(), "http/1.1");
  }

  private static void noise(Assailant by) throws IOException {
    Line line = raw(by);
    line.writeInPieces(Noise.bytes(by.random(), by.random().nextInt(1, 50_000)));
    line.mustEndWithin(by.prey().httpPatience());
  }

  private static void plain(Assailant by) throws IOException {
    Line line = raw(by);
    if (by.random().nextBoolean()) {
      line.write(RtmpBytes.handshake());
    } else {
      line.write(HttpAttacks.get("/"));
    }
    by.mustBeClosed(line);
  }

  private static void halfHello(Assailant by) throws IOException {
    byte[] hello = clientHello();
    Line line = raw(by).write(Arrays.copyOf(hello, by.random().nextInt(hello.length)));
    line.mustEndWithin(by.prey().httpPatience());
  }

  private static void onlyHello(Assailant by) throws IOException {
    raw(by).write(clientHello()).mustEndWithin(by.prey().httpPatience());
  }

  private static void slowHello(Assailant by) throws IOException {
    raw(by).trickle(clientHello(), GAP, by.prey().httpPatience());
  }

  private static void mutatedHello(Assailant by) throws IOException {
    Line line = raw(by).writeInPieces(Noise.mutated(by.random(), clientHello()));
    line.mustEndWithin(by.prey().httpPatience());
  }

  private static void records(Assailant by) throws IOException {
    Line line = raw(by).write(clientHello());
    line.read(MOMENT);
    for (int i = 0; i < 20; i++) {
      int type = 20 + by.random().nextInt(5);
      int length = by.random().nextInt(1 << 16);
      line.write(
          new RtmpBytes()
              .put(type, 3, 3)
              .number(length, 2)
              .put(Noise.bytes(by.random(), Math.min(length, 500)))
              .toBytes());
    }
    line.mustEndWithin(by.prey().httpPatience());
  }

  private static void rtmpNoise(Assailant by) throws IOException {
    Line line = by.tls(by.prey().rtmpsPort());
    line.write(RtmpBytes.handshake());
    line.writeInPieces(Noise.bytes(by.random(), by.random().nextInt(1, 20_000)));
    line.mustEndWithin(by.prey().rtmpPatience());
  }

  private static void httpNoise(Assailant by) throws IOException {
    Line line = by.tls(by.prey().httpsPort(), "http/1.1");
    line.writeInPieces(Noise.bytes(by.random(), by.random().nextInt(1, 20_000)));
    line.mustEndWithin(by.prey().httpPatience());
  }

  private static void silenceInside(Assailant by) throws IOException {
    inside(by).mustEndWithin(by.prey().httpPatience());
  }

  private static void deafPlayer(Assailant by) throws IOException {
    Line line = by.tls(by.prey().httpsPort(), "http/1.1");
    line.write(HttpAttacks.get("/" + by.prey().stream() + ".flv")).holdFor(Duration.ofSeconds(3));
  }

  private static void reset(Assailant by) throws IOException {
    Line line = by.tls(by.prey().httpsPort(), "http/1.1");
    line.write(HttpAttacks.get("/" + by.prey().stream() + ".flv"));
    line.read(Duration.ofMillis(by.random().nextInt(500)));
    line.reset();
  }
}
