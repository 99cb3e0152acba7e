package dev.sluice.session.rtmp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Seeds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Real conversations with bytes changed, lost, doubled and moved, in random pieces. */
class MutatedSessionsTest {
  private static final int CONNECTIONS = Integer.getInteger("mutated.connections", 1500);

  @Test
  void aServerSurvivesThem() {
    Seeds.run(
        CONNECTIONS,
        random -> {
          String name = Recordings.NAMES.get(random.nextInt(Recordings.NAMES.size()));
          byte[] bytes = mutated(Recordings.read(name), random, 0);
          converse(EngineProbe.server(random), bytes, random);
        });
  }

  @Test
  void aServerSurvivesThemAfterTheHandshake() {
    Seeds.run(
        CONNECTIONS,
        random -> {
          String name = Recordings.NAMES.get(random.nextInt(Recordings.NAMES.size()));
          byte[] bytes = mutated(Recordings.read(name), random, 3073);
          converse(EngineProbe.server(random), bytes, random);
        });
  }

  @Test
  void aClientSurvivesAServerGoneMad() {
    Seeds.run(
        CONNECTIONS,
        random -> {
          // What a client sends has the form of what a server sends: handshake, then commands.
          String name = Recordings.NAMES.get(random.nextInt(Recordings.NAMES.size()));
          byte[] bytes = mutated(Recordings.read(name), random, 3073);
          converse(EngineProbe.client(random), bytes, random);
        });
  }

  private static void converse(EngineProbe engine, byte[] bytes, RandomGenerator random) {
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    int bound = 2 << random.nextInt(12);
    while (in.isReadable()) {
      engine.receive(in.readSlice(Math.min(random.nextInt(1, bound), in.readableBytes())));
      if (random.nextInt(20) == 0) {
        engine.pass(random.nextLong(3_000_000_000L));
      }
    }
    engine.pass(400_000_000_000L);
    engine.end();
  }

  private static byte[] mutated(byte[] original, RandomGenerator random, int from) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(original, 0, from);
    int rarity = 1 << random.nextInt(3, 12);
    for (int i = from; i < original.length; i++) {
      if (random.nextInt(rarity) > 0) {
        out.write(original[i]);
        continue;
      }
      switch (random.nextInt(6)) {
        case 0 -> out.write(original[i] ^ 1 << random.nextInt(8));
        case 1 -> out.write(random.nextInt(256));
        case 2 -> i += random.nextInt(20);
        case 3 -> i -= Math.min(i - from, random.nextInt(20));
        case 4 -> {
          byte[] noise = new byte[random.nextInt(20)];
          random.nextBytes(noise);
          out.writeBytes(noise);
        }
        default -> {
          if (random.nextInt(10) == 0) {
            return out.toByteArray();
          }
        }
      }
    }
    assertThat(out.size()).isGreaterThanOrEqualTo(from);
    return out.toByteArray();
  }
}
