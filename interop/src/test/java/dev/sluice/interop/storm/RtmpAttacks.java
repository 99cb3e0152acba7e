package dev.sluice.interop.storm;

import dev.sluice.interop.storm.RecordedSession.Phase;
import dev.sluice.interop.storm.RecordedSession.Turn;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** Clients of RTMP that stumble, stop, crawl, ask without listening, and go without a word. */
final class RtmpAttacks {
  private static final Duration GAP = Duration.ofMillis(100);
  private static final Duration MOMENT = Duration.ofMillis(300);
  private static final Duration DEAF = Duration.ofSeconds(3);
  private static final int ANSWER_BYTES = 1 + 2 * RtmpBytes.HANDSHAKE_BLOCK;

  /** Streams that assailants share: some take one over, most meet somebody. */
  private static final int STREAMS = 8;

  private RtmpAttacks() {}

  static List<Attack> all() {
    List<Attack> attacks = new ArrayList<>();
    for (Phase phase : Phase.values()) {
      String name = phase.name().toLowerCase(Locale.ROOT);
      attacks.add(
          new Attack(
              "rtmp: publisher, mutated " + name,
              by -> mutated(by, RecordedSession.publisher(own(by)), phase)));
      if (phase != Phase.MEDIA) {
        attacks.add(
            new Attack(
                "rtmp: player, mutated " + name,
                by -> mutated(by, RecordedSession.player(by.prey().stream()), phase)));
      }
    }
    attacks.add(new Attack("rtmp: turns of sessions shuffled", RtmpAttacks::shuffled));
    attacks.add(new Attack("rtmp: half a handshake and silence", RtmpAttacks::halfHandshake));
    attacks.add(new Attack("rtmp: a handshake and silence", RtmpAttacks::onlyHandshake));
    attacks.add(new Attack("rtmp: connect and silence", RtmpAttacks::onlyConnect));
    attacks.add(new Attack("rtmp: handshake byte by byte", RtmpAttacks::slowHandshake));
    attacks.add(new Attack("rtmp: connect byte by byte", RtmpAttacks::slowConnect));
    attacks.add(new Attack("rtmp: noise", RtmpAttacks::noise));
    attacks.add(new Attack("rtmp: another protocol", RtmpAttacks::otherProtocol));
    attacks.add(new Attack("rtmp: gone at once", RtmpAttacks::goneAtOnce));
    attacks.add(new Attack("rtmp: publisher reset in the middle", RtmpAttacks::publisherReset));
    attacks.add(new Attack("rtmp: player reset in the middle", RtmpAttacks::playerReset));
    attacks.add(new Attack("rtmp: player that never reads", RtmpAttacks::deafPlayer));
    attacks.add(new Attack("rtmp: ping flood", RtmpAttacks::pingFlood));
    attacks.add(new Attack("rtmp: command flood without listening", RtmpAttacks::commandFlood));
    attacks.add(new Attack("rtmp: player that changes its mind", RtmpAttacks::fickle));
    attacks.add(new Attack("rtmp: publishes and stops, again and again", RtmpAttacks::flicker));
    attacks.add(new Attack("rtmp: names and tokens", RtmpAttacks::names));
    return attacks;
  }

  /** A stream of the assailants, with the token that lets publish it. */
  static String own(Assailant by) {
    return "storm/" + by.random().nextInt(STREAMS) + "?token=" + by.prey().token();
  }

  private static void mutated(Assailant by, List<Turn> turns, Phase phase) throws IOException {
    Line line = by.rtmp();
    for (Turn turn : turns) {
      boolean here = turn.phase() == phase;
      line.writeInPieces(here ? Noise.mutated(by.random(), turn.bytes()) : turn.bytes());
      if (line.read(MOMENT.dividedBy(here ? 1 : 10))) {
        return;
      }
    }
    line.read(MOMENT);
  }

  private static void shuffled(Assailant by) throws IOException {
    RandomGenerator random = by.random();
    List<Turn> turns = new ArrayList<>(RecordedSession.publisher(own(by)));
    turns.addAll(RecordedSession.player(by.prey().stream()));
    Line line = by.rtmp();
    for (int i = 0; i < 8; i++) {
      Turn turn = i == 0 ? turns.getFirst() : turns.get(random.nextInt(turns.size()));
      line.writeInPieces(turn.bytes());
      if (line.read(MOMENT.dividedBy(4))) {
        return;
      }
    }
  }

  private static void halfHandshake(Assailant by) throws IOException {
    Line line = by.rtmp();
    byte[] handshake = RtmpBytes.handshake();
    line.write(Arrays.copyOf(handshake, by.random().nextInt(handshake.length)));
    line.mustEndWithin(by.prey().rtmpPatience());
  }

  private static void onlyHandshake(Assailant by) throws IOException {
    by.rtmp().write(RtmpBytes.handshake()).mustEndWithin(by.prey().rtmpPatience());
  }

  private static void onlyConnect(Assailant by) throws IOException {
    byte[] bytes = new RtmpBytes().connect("storm").toBytes();
    by.rtmp().write(RtmpBytes.handshake()).write(bytes).mustEndWithin(by.prey().rtmpPatience());
  }

  private static void slowHandshake(Assailant by) throws IOException {
    by.rtmp().trickle(RtmpBytes.handshake(), GAP, by.prey().rtmpPatience());
  }

  private static void slowConnect(Assailant by) throws IOException {
    byte[] bytes = new RtmpBytes().connect("storm" + "x".repeat(2_000)).toBytes();
    by.rtmp().write(RtmpBytes.handshake()).trickle(bytes, GAP, by.prey().rtmpPatience());
  }

  private static void noise(Assailant by) throws IOException {
    Line line = by.rtmp();
    if (by.random().nextBoolean()) {
      line.write(RtmpBytes.handshake());
    }
    line.writeInPieces(Noise.bytes(by.random(), by.random().nextInt(1, 100_000)));
    line.mustEndWithin(by.prey().rtmpPatience());
  }

  private static void otherProtocol(Assailant by) throws IOException {
    Line line = by.rtmp();
    switch (by.random().nextInt(3)) {
      case 0 -> line.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
      case 1 -> line.write(TlsAttacks.clientHello());
      default -> line.write("SSH-2.0-OpenSSH_9.6\r\n");
    }
    by.mustBeClosed(line);
  }

  private static void goneAtOnce(Assailant by) throws IOException {
    Line line = by.rtmp();
    if (by.random().nextBoolean()) {
      line.reset();
    }
  }

  /** Goes through handshake, connect and createStream, and reads what is said to that. */
  static Line ready(Assailant by, String app) throws IOException {
    Line line = by.rtmp();
    line.write(RtmpBytes.handshake());
    line.take(ANSWER_BYTES, by.prey().rtmpPatience());
    line.write(new RtmpBytes().connect(app).createStream().toBytes());
    line.read(MOMENT);
    return line;
  }

  /** Publishes a stream of its own. */
  static Line publishing(Assailant by) throws IOException {
    Line line = ready(by, "storm");
    String name = own(by);
    return line.write(new RtmpBytes().publish(name.substring("storm/".length())).toBytes());
  }

  private static void publisherReset(Assailant by) throws IOException {
    Line line = publishing(by);
    byte[] picture = RtmpBytes.picture(true, Noise.bytes(by.random(), 20_000));
    byte[] bytes =
        new RtmpBytes()
            .message(6, 0, RtmpBytes.VIDEO, 1, RtmpBytes.pictureHeader())
            .message(6, 0, RtmpBytes.VIDEO, 1, picture)
            .message(6, 40, RtmpBytes.VIDEO, 1, picture)
            .toBytes();
    line.writeInPieces(Arrays.copyOf(bytes, by.random().nextInt(bytes.length)));
    line.reset();
  }

  /** Plays the stream that all watch. */
  private static Line playing(Assailant by) throws IOException {
    String stream = by.prey().stream();
    int slash = stream.lastIndexOf('/');
    Line line = ready(by, stream.substring(0, slash));
    return line.write(new RtmpBytes().play(stream.substring(slash + 1)).toBytes());
  }

  private static void playerReset(Assailant by) throws IOException {
    Line line = playing(by);
    line.read(Duration.ofMillis(by.random().nextInt(1_000)));
    line.reset();
  }

  private static void deafPlayer(Assailant by) throws IOException {
    playing(by).holdFor(DEAF);
  }

  private static void pingFlood(Assailant by) throws IOException {
    Line line = by.random().nextBoolean() ? playing(by) : publishing(by);
    var flood = new RtmpBytes();
    for (int i = 0; i < 1_000; i++) {
      byte[] ping = new RtmpBytes().number(6, 2).number(i, 4).toBytes();
      flood.message(2, 0, RtmpBytes.USER_CONTROL, 0, ping);
      flood.message(2, 0, RtmpBytes.ACKNOWLEDGEMENT, 0, new RtmpBytes().number(i, 4).toBytes());
    }
    for (int i = 0; i < 50; i++) {
      line.write(flood.toBytes());
    }
    by.mustBeClosed(line);
  }

  private static void commandFlood(Assailant by) throws IOException {
    Line line = ready(by, "storm");
    String name = by.random().nextBoolean() ? "_checkbw" : "getStreamLength";
    byte[] command =
        new RtmpBytes().command(0, name, 9, body -> body.put(5).string("a".repeat(200))).toBytes();
    for (int i = 0; i < 5_000; i++) {
      line.write(command);
    }
    by.mustBeClosed(line);
  }

  private static void fickle(Assailant by) throws IOException {
    Line line = playing(by);
    RandomGenerator random = by.random();
    for (int i = 0; i < 100; i++) {
      boolean on = random.nextBoolean();
      String name = List.of("pause", "receiveAudio", "receiveVideo").get(random.nextInt(3));
      byte[] command =
          new RtmpBytes()
              .command(1, name, 0, body -> body.put(5).put(1, on ? 1 : 0).amfNumber(0))
              .toBytes();
      line.write(command);
      if (line.read(Duration.ofMillis(random.nextInt(1, 15)))) {
        return;
      }
    }
  }

  private static void flicker(Assailant by) throws IOException {
    Line line = ready(by, "storm");
    for (int i = 0; i < 20; i++) {
      String name = own(by).substring("storm/".length());
      line.write(new RtmpBytes().publish(name).toBytes());
      for (int frame = 0; frame < 10; frame++) {
        byte[] metadata =
            new RtmpBytes()
                .string("onMetaData")
                .put(3)
                .key("n")
                .amfNumber(by.random().nextInt())
                .endObject()
                .toBytes();
        byte[] header = RtmpBytes.pictureHeader();
        header[7] = (byte) by.random().nextInt(256); // profile_compatibility: each time another
        line.write(
            new RtmpBytes()
                .message(5, frame * 40L, RtmpBytes.DATA, 1, metadata)
                .message(6, frame * 40L, RtmpBytes.VIDEO, 1, header)
                .message(
                    6,
                    frame * 40L,
                    RtmpBytes.VIDEO,
                    1,
                    RtmpBytes.picture(true, Noise.bytes(by.random(), 300)))
                .toBytes());
      }
      line.write(
          new RtmpBytes().command(0, "FCUnpublish", 5, body -> body.put(5).string(name)).toBytes());
      if (line.read(Duration.ofMillis(20))) {
        return;
      }
    }
  }

  private static void names(Assailant by) throws IOException {
    List<String> names =
        List.of(
            "../../etc/passwd",
            "%00",
            "a".repeat(5_000),
            "",
            "\u0000\u0001",
            "index",
            "x?token=wrong",
            "x?token=" + "t".repeat(3_000),
            "mp4:x",
            "a/b/c/d/e/f/g/h/i/j/k",
            by.prey().stream());
    String name = names.get(by.random().nextInt(names.size()));
    Line line = ready(by, by.random().nextBoolean() ? "storm" : "api/v1/../\u00e9");
    RtmpBytes bytes = new RtmpBytes();
    line.write((by.random().nextBoolean() ? bytes.publish(name) : bytes.play(name)).toBytes());
    line.read(MOMENT);
  }
}
