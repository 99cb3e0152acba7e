package dev.sluice.interop.storm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** HTTP/2 by frames (RFC 9113): floods, lies, and requests whose answers have no room. */
final class Http2Attacks {
  private static final Duration MOMENT = Duration.ofMillis(300);
  private static final Duration DEAF = Duration.ofSeconds(3);
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int PRIORITY = 2;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int WINDOW_UPDATE = 8;
  private static final int CONTINUATION = 9;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;

  private Http2Attacks() {}

  static List<Attack> all() {
    return List.of(
        new Attack("h2: noise after the preface", Http2Attacks::noise),
        new Attack("h2: mutated frames", Http2Attacks::mutated),
        new Attack("h2: preface and silence", Http2Attacks::silence),
        new Attack("h2: settings flood", Http2Attacks::settings),
        new Attack("h2: ping flood", Http2Attacks::pings),
        new Attack("h2: requests taken back", Http2Attacks::rapidReset),
        new Attack("h2: fields without end", Http2Attacks::continuations),
        new Attack("h2: many requests without room", Http2Attacks::noRoom),
        new Attack("h2: player without room", Http2Attacks::deafPlayer),
        new Attack("h2: windows and priorities", Http2Attacks::windows),
        new Attack("h2: empty frames", Http2Attacks::emptyFrames),
        new Attack("h2: without TLS", Http2Attacks::clear),
        new Attack("h2: player reset in the middle", Http2Attacks::reset));
  }

  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return new RtmpBytes()
        .number(payload.length, 3)
        .put(type, flags)
        .number(stream, 4)
        .put(payload)
        .toBytes();
  }

  private static byte[] setting(int id, long value) {
    return new RtmpBytes().number(id, 2).number(value, 4).toBytes();
  }

  /** A field without compression and without memory (RFC 7541, section 6.2.2). */
  private static RtmpBytes field(RtmpBytes out, String name, String value) {
    return out.put(0).put(length(name)).text(name).put(length(value)).text(value);
  }

  private static byte[] length(String text) {
    int length = text.length();
    var out = new RtmpBytes();
    if (length < 127) {
      return out.put(length).toBytes();
    }
    out.put(127);
    for (length -= 127; length >= 128; length >>= 7) {
      out.put(length & 0x7F | 0x80);
    }
    return out.put(length).toBytes();
  }

  private static byte[] request(String path) {
    var fields = new RtmpBytes();
    field(fields, ":method", "GET");
    field(fields, ":scheme", "https");
    field(fields, ":authority", "localhost");
    field(fields, ":path", path);
    return fields.toBytes();
  }

  private static byte[] get(int stream, String path) {
    return frame(HEADERS, END_HEADERS | END_STREAM, stream, request(path));
  }

  /** A connection that has said hello. */
  private static Line open(Assailant by, byte[] settings) throws IOException {
    Line line = by.tls(by.prey().httpsPort(), "h2");
    return line.write(PREFACE).write(frame(SETTINGS, 0, 0, settings));
  }

  private static Line open(Assailant by) throws IOException {
    return open(by, new byte[0]);
  }

  private static void noise(Assailant by) throws IOException {
    Line line = open(by);
    line.writeInPieces(Noise.bytes(by.random(), by.random().nextInt(1, 50_000)));
    line.read(MOMENT);
  }

  private static void mutated(Assailant by) throws IOException {
    byte[] session =
        new RtmpBytes()
            .put(get(1, "/healthz"))
            .put(frame(WINDOW_UPDATE, 0, 0, new byte[] {0, 0, 127, 127}))
            .put(frame(PING, 0, 0, new byte[8]))
            .put(get(3, "/" + by.prey().stream() + ".flv"))
            .put(frame(RST_STREAM, 0, 3, new byte[] {0, 0, 0, 8}))
            .put(get(5, "/sluice/v1/streams"))
            .toBytes();
    open(by).writeInPieces(Noise.mutated(by.random(), session)).read(MOMENT);
  }

  private static void silence(Assailant by) throws IOException {
    // longer than this test waits is allowed: a connection of HTTP/2 may idle as any other may
    open(by).read(DEAF);
  }

  private static void settings(Assailant by) throws IOException {
    Line line = open(by);
    var flood = new RtmpBytes();
    for (int i = 0; i < 1_000; i++) {
      flood.put(frame(SETTINGS, 0, 0, setting(1 + by.random().nextInt(6), i)));
    }
    for (int i = 0; i < 20; i++) {
      line.write(flood.toBytes());
    }
    by.mustBeClosed(line);
  }

  private static void pings(Assailant by) throws IOException {
    Line line = open(by);
    var flood = new RtmpBytes();
    for (int i = 0; i < 1_000; i++) {
      flood.put(frame(PING, 0, 0, new byte[8]));
    }
    for (int i = 0; i < 50; i++) {
      line.write(flood.toBytes());
    }
    line.holdFor(MOMENT);
  }

  private static void rapidReset(Assailant by) throws IOException {
    Line line = open(by);
    String path = by.random().nextBoolean() ? "/healthz" : "/" + by.prey().stream() + ".flv";
    for (int stream = 1; stream < 2_000; stream += 2) {
      line.write(get(stream, path)).write(frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8}));
    }
    line.read(MOMENT);
  }

  private static void continuations(Assailant by) throws IOException {
    Line line = open(by);
    line.write(frame(HEADERS, END_STREAM, 1, request("/healthz")));
    var fields = new RtmpBytes();
    for (int i = 0; i < 100; i++) {
      field(fields, "x-" + i, "v".repeat(100));
    }
    for (int i = 0; i < 500; i++) {
      line.write(
          frame(CONTINUATION, 0, 1, by.random().nextInt(9) == 0 ? new byte[0] : fields.toBytes()));
    }
    by.mustBeClosed(line);
  }

  private static void noRoom(Assailant by) throws IOException {
    Line line = open(by, setting(4, 0)); // SETTINGS_INITIAL_WINDOW_SIZE
    for (int stream = 1; stream < 400; stream += 2) {
      line.write(get(stream, "/player/live/x"));
    }
    line.read(MOMENT);
    line.holdFor(MOMENT);
  }

  private static void deafPlayer(Assailant by) throws IOException {
    Line line = open(by, by.random().nextBoolean() ? setting(4, 0) : new byte[0]);
    for (int stream = 1; stream < 10; stream += 2) {
      line.write(get(stream, "/" + by.prey().stream() + ".flv"));
    }
    line.holdFor(DEAF);
  }

  private static void windows(Assailant by) throws IOException {
    Line line = open(by);
    line.write(get(1, "/" + by.prey().stream() + ".flv"));
    for (int i = 0; i < 500; i++) {
      int stream = by.random().nextInt(4);
      line.write(
          by.random().nextBoolean()
              ? frame(WINDOW_UPDATE, 0, stream, Noise.bytes(by.random(), 4))
              : frame(PRIORITY, 0, stream | 1, Noise.bytes(by.random(), 5)));
    }
    line.read(MOMENT);
  }

  private static void emptyFrames(Assailant by) throws IOException {
    Line line = open(by);
    var fields = new RtmpBytes();
    field(fields, ":method", "POST");
    field(fields, ":scheme", "https");
    field(fields, ":authority", "localhost");
    field(fields, ":path", "/sluice/v1/streams");
    line.write(frame(HEADERS, END_HEADERS, 1, fields.toBytes()));
    var flood = new RtmpBytes();
    for (int i = 0; i < 20_000; i++) {
      flood.put(frame(DATA, 0, 1, new byte[0]));
    }
    line.write(flood.toBytes());
    by.mustBeClosed(line);
  }

  private static void clear(Assailant by) throws IOException {
    Line line =
        by.random().nextBoolean()
            ? by.http().write(PREFACE).write(frame(SETTINGS, 0, 0, new byte[0]))
            : by.http()
                .write(
                    String.join(
                        "\r\n",
                        "GET / HTTP/1.1",
                        "Host: localhost",
                        "Connection: Upgrade, HTTP2-Settings",
                        "Upgrade: h2c",
                        "HTTP2-Settings: AAMAAABkAAQAAP__",
                        "",
                        ""));
    line.write(PREFACE.getBytes(StandardCharsets.US_ASCII));
    line.read(MOMENT);
  }

  private static void reset(Assailant by) throws IOException {
    Line line = open(by);
    line.write(get(1, "/" + by.prey().stream() + ".flv"));
    line.write(get(3, "/nobody/h2.flv"));
    line.read(Duration.ofMillis(by.random().nextInt(500)));
    line.reset();
  }
}
