package dev.sluice.interop.storm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/** Clients of HTTP/1.1 that crawl, swell, lie, ask without listening, and go without a word. */
final class HttpAttacks {
  private static final Duration GAP = Duration.ofMillis(150);
  private static final Duration MOMENT = Duration.ofMillis(300);
  private static final Duration DEAF = Duration.ofSeconds(3);
  private static final String HOST = "Host: localhost\r\n";

  private HttpAttacks() {}

  static List<Attack> all() {
    return List.of(
        new Attack("http: head byte by byte", HttpAttacks::slowHead),
        new Attack("http: body byte by byte", HttpAttacks::slowBody),
        new Attack("http: silence", HttpAttacks::silence),
        new Attack("http: fields without end", HttpAttacks::manyFields),
        new Attack("http: a field without end", HttpAttacks::largeField),
        new Attack("http: an address without end", HttpAttacks::largeUrl),
        new Attack("http: noise", HttpAttacks::noise),
        new Attack("http: mutated request", HttpAttacks::mutated),
        new Attack("http: chunks that lie", HttpAttacks::chunks),
        new Attack("http: two lengths", HttpAttacks::twoLengths),
        new Attack("http: many requests without listening", HttpAttacks::deafRequests),
        new Attack("http: player that never reads", HttpAttacks::deafPlayer),
        new Attack("http: player reset in the middle", HttpAttacks::playerReset),
        new Attack("http: waits for nobody, talks, and goes", HttpAttacks::waits),
        new Attack("http: paths", HttpAttacks::paths),
        new Attack("http: methods", HttpAttacks::methods),
        new Attack("http: expects 100 and says nothing", HttpAttacks::expects),
        new Attack("http: gone at once", HttpAttacks::goneAtOnce));
  }

  static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\n" + HOST + "\r\n";
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void slowHead(Assailant by) throws IOException {
    byte[] head = ascii("GET / HTTP/1.1\r\n" + HOST + "X: " + "y".repeat(5_000));
    by.http().trickle(head, GAP, by.prey().httpPatience());
  }

  private static void slowBody(Assailant by) throws IOException {
    String head = "POST /sluice/v1/streams HTTP/1.1\r\n" + HOST + "Content-Length: 100000\r\n\r\n";
    Line line = by.http().write(head);
    line.trickle(new byte[] {'x'}, GAP, by.prey().httpPatience());
  }

  private static void silence(Assailant by) throws IOException {
    by.http().mustEndWithin(by.prey().httpPatience());
  }

  private static void manyFields(Assailant by) throws IOException {
    Line line = by.http().write("GET / HTTP/1.1\r\n" + HOST);
    for (int i = 0; i < 5_000; i++) {
      line.write("X-" + i + ": " + by.random().nextLong() + "\r\n");
    }
    line.write("\r\n");
    by.mustBeClosed(line);
  }

  private static void largeField(Assailant by) throws IOException {
    Line line = by.http().write("GET / HTTP/1.1\r\n" + HOST + "Cookie: ");
    for (int i = 0; i < 100; i++) {
      line.write("c".repeat(1_000));
    }
    by.mustBeClosed(line);
  }

  private static void largeUrl(Assailant by) throws IOException {
    Line line = by.http().write("GET /");
    for (int i = 0; i < 100; i++) {
      line.write("%41".repeat(300));
    }
    by.mustBeClosed(line);
  }

  private static void noise(Assailant by) throws IOException {
    Line line = by.http();
    line.writeInPieces(Noise.bytes(by.random(), by.random().nextInt(1, 50_000)));
    line.mustEndWithin(by.prey().httpPatience());
  }

  private static void mutated(Assailant by) throws IOException {
    String body = "{\"a\":1}";
    String request =
        "POST /sluice/v1/streams/live%2Fx?token=abc HTTP/1.1\r\n"
            + HOST
            + "User-Agent: storm\r\nAccept: */*\r\nAccept-Encoding: gzip, deflate\r\n"
            + "Content-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\nOrigin: http://localhost\r\nRange: bytes=0-5\r\n\r\n"
            + body;
    Line line = by.http().writeInPieces(Noise.mutated(by.random(), ascii(request)));
    line.read(MOMENT);
  }

  private static void chunks(Assailant by) throws IOException {
    Line line =
        by.http()
            .write("POST /sluice/v1/x HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n");
    switch (by.random().nextInt(5)) {
      case 0 -> line.write("FFFFFFFFFFFFFFFFF\r\nx");
      case 1 -> line.write("-5\r\nhello\r\n0\r\n\r\n");
      case 2 -> line.write("5;" + "e=f;".repeat(20_000) + "\r\nhello\r\n0\r\n\r\n");
      case 3 -> line.write("0\r\n" + "T: x\r\n".repeat(20_000) + "\r\n");
      default -> {
        for (int i = 0; i < 20_000; i++) {
          line.write("1\r\nx\r\n");
        }
      }
    }
    line.mustEndWithin(by.prey().httpPatience());
  }

  private static void twoLengths(Assailant by) throws IOException {
    List<String> heads =
        List.of(
            "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
            "Content-Length: 5\r\nContent-Length: 6\r\n",
            "Content-Length: -1\r\n",
            "Content-Length: 99999999999999999999\r\n",
            "Transfer-Encoding: gzip\r\n",
            "Transfer-Encoding: chunked, chunked\r\n",
            " Content-Length: 5\r\n",
            "Content-Length : 5\r\n");
    String head = heads.get(by.random().nextInt(heads.size()));
    Line line = by.http().write("POST /sluice/v1/x HTTP/1.1\r\n" + HOST + head + "\r\n0\r\n\r\n");
    line.write(get("/healthz")).read(MOMENT);
  }

  private static void deafRequests(Assailant by) throws IOException {
    Line line = by.http();
    List<String> paths = List.of("/", "/healthz", "/player/live/x", "/no/such", "/metrics");
    for (int i = 0; i < 2_000; i++) {
      line.write(get(paths.get(by.random().nextInt(paths.size()))));
    }
    line.holdFor(MOMENT);
  }

  private static void deafPlayer(Assailant by) throws IOException {
    Line line = by.http().write(get("/" + by.prey().stream() + ".flv"));
    if (by.random().nextBoolean()) {
      line.write(Noise.bytes(by.random(), 10_000)); // who watches has nothing to say
    }
    line.holdFor(DEAF);
  }

  private static void playerReset(Assailant by) throws IOException {
    Line line = by.http().write(get("/" + by.prey().stream() + ".flv"));
    line.read(Duration.ofMillis(by.random().nextInt(1_000)));
    line.reset();
  }

  private static void waits(Assailant by) throws IOException {
    Line line = by.http().write(get("/nobody/" + by.random().nextInt(50) + ".flv?only=video"));
    line.read(Duration.ofMillis(by.random().nextInt(500)));
    switch (by.random().nextInt(3)) {
      case 0 -> line.write(get("/healthz")).read(MOMENT);
      case 1 -> line.write(Noise.bytes(by.random(), 100_000)).read(MOMENT);
      default -> {}
    }
    line.reset();
  }

  private static void paths(Assailant by) throws IOException {
    List<String> paths =
        List.of(
            "/../../etc/passwd",
            "/%2e%2e/%2e%2e/etc/passwd",
            "/player/..%2f..%2f..%2fetc",
            "/%",
            "/%zz.flv",
            "/a%00b.flv",
            "//x.flv",
            "/.flv",
            "*",
            "http://other.example/x.flv",
            "/live/x.flv?only=%",
            "/live/x.flv?only=both",
            "/" + "a/".repeat(2_000) + "x.flv",
            "/sluice/v1/streams/%ff%fe",
            "/index.html?stream=%27%22%3E%3Cscript%3E",
            "/\u00e9\u0001.flv");
    Line line = by.http();
    for (int i = 0; i < 5; i++) {
      line.write(get(paths.get(by.random().nextInt(paths.size()))));
    }
    line.read(MOMENT);
  }

  private static void methods(Assailant by) throws IOException {
    RandomGenerator random = by.random();
    List<String> methods = List.of("DELETE", "PUT", "PATCH", "TRACE", "CONNECT", "OPTIONS", "HEAD");
    List<String> paths =
        List.of(
            "/sluice/v1/streams", "/sluice/v1/viewers/x", "/" + by.prey().stream() + ".flv", "/x");
    Line line = by.http();
    for (int i = 0; i < 5; i++) {
      line.write(
          methods.get(random.nextInt(methods.size()))
              + " "
              + paths.get(random.nextInt(paths.size()))
              + " HTTP/1."
              + random.nextInt(3)
              + "\r\n"
              + HOST
              + "Authorization: Bearer wrong\r\nContent-Length: 2\r\n\r\n{}");
    }
    line.read(MOMENT);
  }

  private static void expects(Assailant by) throws IOException {
    Line line =
        by.http()
            .write(
                "PUT /sluice/v1/streams HTTP/1.1\r\n"
                    + HOST
                    + "Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n");
    line.read(DEAF);
  }

  private static void goneAtOnce(Assailant by) throws IOException {
    Line line = by.http();
    if (by.random().nextBoolean()) {
      line.write("GET / HT");
    }
    if (by.random().nextBoolean()) {
      line.reset();
    }
  }
}
