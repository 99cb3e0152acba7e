package dev.sluice.interop.storm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/** WebSockets with wrong handshakes and wrong frames. */
final class WebSocketAttacks {
  private static final Duration GAP = Duration.ofMillis(150);
  private static final Duration MOMENT = Duration.ofMillis(300);
  private static final Duration DEAF = Duration.ofSeconds(3);
  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final int FINAL = 0x80;
  private static final int MASKED = 0x80;
  private static final int PING = 9;
  private static final int CLOSE = 8;

  private WebSocketAttacks() {}

  static List<Attack> all() {
    return List.of(
        new Attack("ws: upgrade byte by byte", WebSocketAttacks::slowUpgrade),
        new Attack("ws: wrong handshakes", WebSocketAttacks::wrongHandshake),
        new Attack("ws: upgrade where there is no WebSocket", WebSocketAttacks::wrongPath),
        new Attack("ws: extensions", WebSocketAttacks::extensions),
        new Attack("ws: wrong frames", WebSocketAttacks::wrongFrames),
        new Attack("ws: noise after the upgrade", WebSocketAttacks::noise),
        new Attack("ws: frames before the answer", WebSocketAttacks::early),
        new Attack("ws: a frame byte by byte", WebSocketAttacks::slowFrames),
        new Attack("ws: ping flood without listening", WebSocketAttacks::pingFlood),
        new Attack("ws: text flood", WebSocketAttacks::textFlood),
        new Attack("ws: closes", WebSocketAttacks::closes),
        new Attack("ws: player that never reads", WebSocketAttacks::deaf),
        new Attack("ws: reset in the middle", WebSocketAttacks::reset));
  }

  static String upgrade(String path, String more) {
    return "GET "
        + path
        + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        + more
        + "\r\n";
  }

  private static String path(Assailant by) {
    return "/" + by.prey().stream() + ".flv";
  }

  /** A WebSocket that has begun. */
  private static Line open(Assailant by) throws IOException {
    Line line = by.http().write(upgrade(path(by), ""));
    String head = line.head(ANSWER);
    if (!head.startsWith("HTTP/1.1 101")) {
      throw new IOException("answered " + head);
    }
    return line;
  }

  /** A frame whose head may say anything. */
  private static byte[] frame(int first, boolean masked, long length, byte[] payload) {
    var out = new RtmpBytes().put(first);
    int mask = masked ? MASKED : 0;
    if (length < 126) {
      out.put((int) length | mask);
    } else if (length < 1 << 16) {
      out.put(126 | mask).number(length, 2);
    } else {
      out.put(127 | mask).number(length, 8);
    }
    if (masked) {
      out.number(0, 4);
    }
    return out.put(payload).toBytes();
  }

  private static void slowUpgrade(Assailant by) throws IOException {
    String head = upgrade(path(by), "X: " + "y".repeat(2_000));
    byte[] endless = head.strip().getBytes(StandardCharsets.US_ASCII);
    by.http().trickle(endless, GAP, by.prey().httpPatience());
  }

  private static void wrongHandshake(Assailant by) throws IOException {
    String good = upgrade(path(by), "");
    List<String> wrong =
        List.of(
            good.replace("Version: 13", "Version: 8"),
            good.replace("dGhlIHNhbXBsZSBub25jZQ==", "short"),
            good.replace("Sec-WebSocket-Key", "X-Key"),
            good.replace("GET", "POST"),
            good.replace("HTTP/1.1", "HTTP/1.0"),
            good.replace("Connection: Upgrade", "Connection: close"),
            good.replace("Upgrade: websocket", "Upgrade: h2c, websocket"),
            good.replace("Upgrade: websocket", "Upgrade: websocket\r\nContent-Length: 9"),
            good.replace("Sec-WebSocket-Version: 13\r\n", ""));
    Line line = by.http();
    for (int i = 0; i < 3; i++) {
      String request = wrong.get(by.random().nextInt(wrong.size()));
      line.write(
          by.random().nextBoolean()
              ? request.getBytes(StandardCharsets.US_ASCII)
              : Noise.mutated(by.random(), good.getBytes(StandardCharsets.US_ASCII)));
    }
    line.read(MOMENT);
  }

  private static void wrongPath(Assailant by) throws IOException {
    List<String> paths =
        List.of("/", "/healthz", "/sluice/v1/streams", "/metrics", "/player/live/x", "/no", "/%");
    Line line = by.http();
    for (int i = by.random().nextInt(3); i >= 0; i--) {
      line.write(upgrade(paths.get(by.random().nextInt(paths.size())), ""));
      if (by.random().nextBoolean()) {
        line.write(frame(FINAL | PING, true, 4, new byte[4]));
      }
    }
    if (by.random().nextBoolean()) {
      line.reset();
    } else {
      line.read(MOMENT);
    }
  }

  private static void extensions(Assailant by) throws IOException {
    List<String> offers =
        List.of(
            "permessage-deflate; client_max_window_bits=99999999999",
            "permessage-deflate; server_max_window_bits=\"\"; server_max_window_bits=8",
            "permessage-deflate, permessage-deflate, deflate-frame, x-webkit-deflate-frame",
            ";;;,,,===",
            "permessage-deflate; " + "a=b; ".repeat(1_000),
            "permessage-deflate; client_no_context_takeover=\u00e9");
    String offer = offers.get(by.random().nextInt(offers.size()));
    String where = by.random().nextBoolean() ? path(by) : "/healthz";
    Line line = by.http().write(upgrade(where, "Sec-WebSocket-Extensions: " + offer + "\r\n"));
    line.write(frame(FINAL | 0x40 | 1, true, 4, new byte[4]));
    line.read(MOMENT);
  }

  private static void wrongFrames(Assailant by) throws IOException {
    RandomGenerator random = by.random();
    byte[] payload = Noise.bytes(random, 100);
    Line line = open(by);
    switch (random.nextInt(8)) {
      case 0 -> line.write(frame(FINAL | 2, false, 100, payload)); // not masked
      case 1 -> line.write(frame(FINAL | 0x70 | 2, true, 100, payload)); // reserved bits
      case 2 -> line.write(frame(FINAL | 3 + random.nextInt(5), true, 100, payload));
      case 3 -> line.write(frame(PING, true, 100, payload)); // a ping in parts
      case 4 -> line.write(frame(FINAL | PING, true, 200, Noise.bytes(random, 200)));
      case 5 -> line.write(frame(FINAL | 2, true, Long.MAX_VALUE, payload));
      case 6 -> line.write(frame(FINAL | 2, true, -1L, payload));
      default -> line.write(frame(FINAL, true, 100, payload)); // goes on with nothing
    }
    by.mustBeClosed(line);
  }

  private static void noise(Assailant by) throws IOException {
    Line line = open(by);
    line.writeInPieces(Noise.bytes(by.random(), by.random().nextInt(1, 20_000)));
    line.read(MOMENT);
  }

  private static void early(Assailant by) throws IOException {
    Line line = by.http();
    String stream = by.random().nextBoolean() ? path(by) : "/nobody/ws.flv";
    line.write(upgrade(stream, ""));
    for (int i = 0; i < 50; i++) {
      line.write(frame(FINAL | PING, true, 100, new byte[100]));
    }
    line.read(MOMENT);
  }

  private static void slowFrames(Assailant by) throws IOException {
    Line line = open(by);
    byte[] bytes = frame(FINAL | 1, true, 4_000, new byte[4_000]);
    for (int i = 0; i < 30; i++) {
      line.write(bytes[i]);
      if (line.read(Duration.ofMillis(50))) {
        return;
      }
    }
  }

  private static void pingFlood(Assailant by) throws IOException {
    Line line = open(by);
    var flood = new RtmpBytes();
    for (int i = 0; i < 500; i++) {
      flood.put(frame(FINAL | PING, true, 125, new byte[125]));
    }
    for (int i = 0; i < 50; i++) {
      line.write(flood.toBytes());
    }
    line.holdFor(MOMENT);
  }

  private static void textFlood(Assailant by) throws IOException {
    Line line = open(by);
    for (int i = 0; i < 500; i++) {
      int first = by.random().nextInt(3) | (by.random().nextBoolean() ? FINAL : 0);
      line.write(frame(first, true, 4_000, new byte[4_000]));
    }
    line.read(MOMENT);
  }

  private static void closes(Assailant by) throws IOException {
    Line line = open(by);
    byte[] reason = Noise.bytes(by.random(), by.random().nextInt(126));
    byte[] close = frame(FINAL | CLOSE, true, reason.length, reason);
    line.write(close);
    if (by.random().nextBoolean()) {
      line.write(close).write(frame(FINAL | PING, true, 4, new byte[4]));
    }
    by.mustBeClosed(line);
  }

  private static void deaf(Assailant by) throws IOException {
    open(by).holdFor(DEAF);
  }

  private static void reset(Assailant by) throws IOException {
    Line line = open(by);
    line.write(frame(FINAL | 2, true, 4_000, new byte[100]));
    line.read(Duration.ofMillis(by.random().nextInt(500)));
    line.reset();
  }
}
