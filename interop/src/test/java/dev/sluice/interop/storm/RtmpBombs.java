package dev.sluice.interop.storm;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/** RTMP that asks for more memory, time or depth than anybody needs. */
final class RtmpBombs {
  private static final Duration MOMENT = Duration.ofMillis(300);
  private static final int BOMB_BYTES = 16_777_215;

  private RtmpBombs() {}

  static List<Attack> all() {
    return List.of(
        new Attack("bomb: chunk sizes", RtmpBombs::chunkSizes),
        new Attack("bomb: one byte a chunk", RtmpBombs::tinyChunks),
        new Attack("bomb: chunk streams without end", RtmpBombs::chunkStreams),
        new Attack("bomb: large messages that never end", RtmpBombs::largeMessages),
        new Attack("bomb: publisher's large messages that never end", RtmpBombs::largePictures),
        new Attack("bomb: AMF in AMF in AMF", RtmpBombs::amfNesting),
        new Attack("bomb: AMF lengths", RtmpBombs::amfLengths),
        new Attack("bomb: AMF3", RtmpBombs::amf3),
        new Attack("bomb: aggregates", RtmpBombs::aggregates),
        new Attack("bomb: extended timestamps", RtmpBombs::timestamps),
        new Attack("bomb: pictures with wrong lengths", RtmpBombs::pictures),
        new Attack("bomb: metadata", RtmpBombs::metadata));
  }

  private static byte[] number(long value) {
    return new RtmpBytes().number(value, 4).toBytes();
  }

  private static void chunkSizes(Assailant by) throws IOException {
    Line line = by.rtmp().write(RtmpBytes.handshake());
    RandomGenerator random = by.random();
    long[] sizes = {0, 0x80000000L, 0xFFFFFFFFL, 0x7FFFFFFF, 1, 65_537, 0xFFFFFF};
    var bytes = new RtmpBytes();
    for (int i = 0; i < 10; i++) {
      byte[] size = number(sizes[random.nextInt(sizes.length)]);
      bytes.message(2, 0, RtmpBytes.SET_CHUNK_SIZE, 0, size);
    }
    bytes.header(3, 0, BOMB_BYTES, RtmpBytes.COMMAND, 0).put(Noise.bytes(random, 100_000));
    line.writeInPieces(bytes.toBytes());
    line.mustEndWithin(by.prey().rtmpPatience());
  }

  private static void tinyChunks(Assailant by) throws IOException {
    Line line = RtmpAttacks.publishing(by);
    var bytes = new RtmpBytes().message(2, 0, RtmpBytes.SET_CHUNK_SIZE, 0, number(1));
    byte[] picture = RtmpBytes.picture(true, Noise.bytes(by.random(), 20_000));
    for (int i = 0; i < 10; i++) {
      bytes.message(6, i * 40L, RtmpBytes.VIDEO, 1, picture, 1);
    }
    line.write(bytes.toBytes());
    line.read(MOMENT);
  }

  private static void chunkStreams(Assailant by) throws IOException {
    Line line = by.random().nextBoolean() ? RtmpAttacks.publishing(by) : unannounced(by);
    var bytes = new RtmpBytes();
    for (int id = 64; id < 10_000; id++) {
      bytes.header(id, 0, 60_000, RtmpBytes.VIDEO, 1).put(new byte[128]);
    }
    line.write(bytes.toBytes());
    by.mustBeClosed(line);
  }

  private static Line unannounced(Assailant by) throws IOException {
    return by.rtmp().write(RtmpBytes.handshake());
  }

  private static void largeMessages(Assailant by) throws IOException {
    Line line = unannounced(by);
    int type = by.random().nextBoolean() ? RtmpBytes.COMMAND : RtmpBytes.VIDEO;
    line.write(new RtmpBytes().header(3, 0, BOMB_BYTES, type, 0).toBytes());
    by.mustBeClosed(line);
  }

  /** As much as a publisher may leave unfinished, on several chunk streams, and then silence. */
  private static void largePictures(Assailant by) throws IOException {
    Line line = RtmpAttacks.publishing(by);
    var bytes = new RtmpBytes().message(2, 0, RtmpBytes.SET_CHUNK_SIZE, 0, number(65_536));
    for (int id = 10; id < 14; id++) {
      bytes.header(id, 0, 4_000_000, RtmpBytes.VIDEO, 1).put(new byte[65_536]);
      for (int i = 0; i < 10; i++) {
        bytes.basic(3, id).put(new byte[65_536]);
      }
    }
    line.write(bytes.toBytes());
    line.read(MOMENT);
  }

  private static void amfNesting(Assailant by) throws IOException {
    int depth = by.random().nextInt(1, 15_000);
    boolean objects = by.random().nextBoolean();
    Line line = unannounced(by);
    line.write(
        new RtmpBytes()
            .command(
                0,
                "connect",
                1,
                body -> {
                  for (int i = 0; i < depth; i++) {
                    if (objects) {
                      body.put(3).key("a");
                    } else {
                      body.put(10).number(1, 4);
                    }
                  }
                })
            .toBytes());
    line.mustEndWithin(by.prey().rtmpPatience());
  }

  private static void amfLengths(Assailant by) throws IOException {
    RandomGenerator random = by.random();
    Line line = unannounced(by);
    int kind = random.nextInt(5);
    line.write(
        new RtmpBytes()
            .command(
                0,
                "connect",
                1,
                body -> {
                  switch (kind) {
                    case 0 -> body.put(12).number(0xFFFFFFFFL, 4); // a long string
                    case 1 -> body.put(10).number(0x7FFFFFFF, 4); // a strict array
                    case 2 -> body.put(8).number(0xFFFFFFFFL, 4); // an ECMA array
                    case 3 -> body.put(3).key("app").put(2).number(0xFFFF, 2);
                    default -> {
                      body.put(3);
                      for (int i = 0; i < 5_000; i++) {
                        body.key("k" + i).put(5);
                      }
                      body.endObject();
                    }
                  }
                })
            .toBytes());
    line.mustEndWithin(by.prey().rtmpPatience());
  }

  private static void amf3(Assailant by) throws IOException {
    RandomGenerator random = by.random();
    var body = new RtmpBytes().put(0).string("connect").amfNumber(1).put(0x11);
    switch (random.nextInt(4)) {
      case 0 -> body.put(0x0A, 0xFF, 0xFF, 0xFF, 0xFF); // an object with traits without end
      case 1 -> body.put(0x09, 0xFF, 0xFF, 0xFF, 0xFF, 1); // an array without end
      case 2 -> body.put(0x06, 0xFF, 0xFF, 0xFF, 0xFF); // a string without end
      default -> {
        for (int i = 0; i < 2_000; i++) {
          body.put(0x09, 3, 1); // arrays in arrays
        }
      }
    }
    Line line = unannounced(by);
    line.write(new RtmpBytes().message(3, 0, RtmpBytes.COMMAND_AMF3, 0, body.toBytes()).toBytes());
    line.mustEndWithin(by.prey().rtmpPatience());
  }

  private static void aggregates(Assailant by) throws IOException {
    Line line = RtmpAttacks.publishing(by);
    RandomGenerator random = by.random();
    byte[] inner = RtmpBytes.picture(true, Noise.bytes(random, 100));
    for (int depth = 0; depth < 6; depth++) {
      int copies = random.nextInt(1, 4);
      var outer = new RtmpBytes();
      for (int i = 0; i < copies; i++) {
        int length = random.nextInt(4) == 0 ? BOMB_BYTES : inner.length;
        outer
            .put(depth == 0 ? RtmpBytes.VIDEO : RtmpBytes.AGGREGATE)
            .number(length, 3)
            .number(random.nextInt(), 4)
            .number(0, 3)
            .put(inner)
            .number(random.nextBoolean() ? length + 11 : random.nextInt(), 4);
      }
      inner = outer.toBytes();
      line.write(new RtmpBytes().message(7, 0, RtmpBytes.AGGREGATE, 1, inner).toBytes());
    }
    var many = new RtmpBytes();
    for (int i = 0; i < 5_000; i++) {
      many.put(RtmpBytes.AUDIO).number(0, 3).number(i, 4).number(0, 3).number(11, 4);
    }
    line.write(new RtmpBytes().message(7, 0, RtmpBytes.AGGREGATE, 1, many.toBytes()).toBytes());
    line.read(MOMENT);
  }

  private static void timestamps(Assailant by) throws IOException {
    Line line = RtmpAttacks.publishing(by);
    RandomGenerator random = by.random();
    long[] times = {0, 0xFFFFFE, 0xFFFFFF, 0x1000000, 0x7FFFFFFF, 0x80000000L, 0xFFFFFFFFL};
    var bytes = new RtmpBytes().message(6, 0, RtmpBytes.VIDEO, 1, RtmpBytes.pictureHeader());
    for (int i = 0; i < 200; i++) {
      byte[] picture = RtmpBytes.picture(random.nextBoolean(), Noise.bytes(random, 300));
      long time = times[random.nextInt(times.length)];
      if (random.nextInt(4) == 0) { // a delta, extended or not
        boolean extended = random.nextBoolean();
        bytes.basic(1, 6).number(extended ? 0xFFFFFF : time, 3).number(picture.length, 3);
        bytes.put(RtmpBytes.VIDEO);
        if (extended || (time & 0xFFFFFF) == 0xFFFFFF) {
          bytes.number(time, 4);
        }
        bytes.put(picture, 128);
      } else {
        bytes.message(6, time, RtmpBytes.VIDEO, 1, picture);
      }
    }
    line.writeInPieces(bytes.toBytes());
    line.read(MOMENT);
  }

  private static void pictures(Assailant by) throws IOException {
    Line line = RtmpAttacks.publishing(by);
    RandomGenerator random = by.random();
    var bytes = new RtmpBytes();
    for (int i = 0; i < 50; i++) {
      byte[] header = Noise.mutated(random, RtmpBytes.pictureHeader());
      byte[] picture =
          Noise.mutated(random, RtmpBytes.picture(true, Noise.bytes(random, random.nextInt(400))));
      bytes.message(6, i * 40L, RtmpBytes.VIDEO, 1, random.nextBoolean() ? header : picture);
      byte[] sound = Noise.mutated(random, new byte[] {(byte) 0xAF, 0, 0x11, (byte) 0x90});
      bytes.message(7, i * 40L, RtmpBytes.AUDIO, 1, sound);
    }
    line.writeInPieces(bytes.toBytes());
    line.read(MOMENT);
  }

  private static void metadata(Assailant by) throws IOException {
    Line line = RtmpAttacks.publishing(by);
    for (int i = 0; i < 20; i++) {
      var body = new RtmpBytes().string("@setDataFrame").string("onMetaData").put(8).number(0, 4);
      for (int key = 0; key < 500; key++) {
        body.key("k" + by.random().nextInt()).string("v".repeat(50));
      }
      byte[] bytes = body.endObject().toBytes();
      line.write(new RtmpBytes().message(4, 0, RtmpBytes.DATA, 1, bytes).toBytes());
      if (line.read(Duration.ofMillis(20))) {
        return;
      }
    }
  }
}
