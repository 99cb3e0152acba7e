package dev.sluice.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.hub.HubFixture.Publishing;
import dev.sluice.hub.HubFixture.Watching;
import dev.sluice.hub.source.Seat;
import dev.sluice.hub.source.SourcePlan;
import dev.sluice.hub.source.SourceSpec;
import dev.sluice.hub.source.SwitchRules;
import dev.sluice.media.Track;
import dev.sluice.testkit.Seeds;
import dev.sluice.wire.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The switch in its stream: three publishers with keys of their own, whose clocks begin anywhere
 * and run through their wrap, die, freeze, lie and return, while viewers watch. What the viewers
 * get is checked. {@code -Dswitch.hub.seeds=N} for more.
 */
class HubSourcesSimulationTest {
  private static final int SEEDS = Integer.getInteger("switch.hub.seeds", 20);
  private static final long MS = HubFixture.MS;
  private static final int FRAME_MS = 80;

  /** Seeds that failed once. */
  private static final long[] KEPT = {};

  @Test
  void viewersSeeOneStreamWhateverItsSourcesDo() {
    Seeds.run(SEEDS, random -> new Life(random).run(), KEPT);
  }

  private static final class Life {
    private final RandomGenerator random;
    private final int sourceTimeoutMs;
    private final int videoTimeoutMs;
    private final HubFixture at;
    private final List<Device> devices = new ArrayList<>();
    private final List<Watching> viewers = new ArrayList<>();
    private int read;
    private long nowMs;
    private long lastPictureMs;
    private long lastPictureAt = -1;
    private long lastSoundAt = -1;
    private int headers;

    Life(RandomGenerator random) {
      this.random = random;
      this.sourceTimeoutMs = 500 + random.nextInt(2_000);
      this.videoTimeoutMs = random.nextBoolean() ? 0 : 500 + random.nextInt(1_000);
      boolean backup = random.nextBoolean();
      List<Seat> seats = new ArrayList<>();
      List<SourceSpec> specs = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        seats.add(Seat.publish(random.nextInt(3)));
        specs.add(new SourceSpec("" + i, "publish", "key-" + i));
      }
      if (backup) {
        seats.add(Seat.backup());
        specs.add(new SourceSpec("backup", "backup", null));
      }
      var rules =
          new SwitchRules(
              seats,
              sourceTimeoutMs * MS,
              videoTimeoutMs * MS,
              0,
              random.nextInt(5_000) * MS,
              SwitchRules.Takeover.SAME_TOKEN,
              500 * MS,
              3_600_000 * MS,
              false,
              0);
      at =
          new HubFixture(policy -> {
            policy.sources = new SourcePlan(specs, rules);
            return policy;
          });
      for (int i = 0; i < seats.size(); i++) {
        devices.add(new Device(i));
      }
    }

    void run() {
      viewers.add(at.watch(0));
      viewers.add(at.watch(1));
      for (nowMs = 0; nowMs < 40_000; nowMs += FRAME_MS) {
        devices.forEach(Device::frame);
        at.sim.runFor(FRAME_MS * MS);
        look();
      }
      long switches = at.events.stream().filter(event -> event.startsWith("switched")).count();
      assertThat(headers).as("headers").isLessThanOrEqualTo((int) switches);
      assertThat(viewers).allSatisfy(viewer -> assertThat(viewer.sink.ended).isNull());
      assertThat(viewers.getLast().text()).isEqualTo(viewers.getFirst().text());
      assertThat(lastPictureAt).as("something was seen").isPositive();
      at.hub.close();
      at.sim.runFor(5_000 * MS);
      assertThat(at.payloadsReleased()).as("payloads released").isTrue();
      assertThat(at.memory.usedBytes()).as("bytes accounted").isZero();
      assertThat(at.allocator.metric().usedDirectMemory()).isZero();
      assertThat(at.events).noneMatch(event -> event.startsWith("failed"));
    }

    /** Reads what the first viewer got since the last time. */
    private void look() {
      StringBuilder text = viewers.getFirst().sink.text;
      while (read < text.length()) {
        int end = text.indexOf(";", read);
        char kind = text.charAt(read);
        String number = text.substring(read + 1, end);
        read = end + 1;
        switch (kind) {
          case 'P' -> {}
          case 'H' -> headers++;
          case 'K', 'V' -> {
            long dts = Long.parseLong(number);
            assertThat(dts).as("pictures").isGreaterThan(lastPictureAt);
            lastPictureAt = dts;
            lastPictureMs = nowMs;
          }
          case 'A' -> {
            long dts = Long.parseLong(number);
            assertThat(dts).as("sound").isGreaterThan(lastSoundAt);
            lastSoundAt = dts;
          }
          default -> throw new AssertionError(kind);
        }
      }
      for (Device device : devices) {
        long goodMs = nowMs - device.goodSinceMs;
        long limitMs = Math.max(sourceTimeoutMs, videoTimeoutMs) + (device.gop + 3L) * FRAME_MS;
        if (device.good && lastPictureAt >= 0 && videoTimeoutMs > 0) {
          assertThat(Math.min(goodMs, nowMs - lastPictureMs))
              .as("gap at %d ms while %d was good; %s", nowMs, device.seat, at.events)
              .isLessThanOrEqualTo(limitMs);
        }
      }
    }

    private final class Device {
      private final int seat;
      private final int gop = 3 + random.nextInt(25);
      private final boolean ours;
      private final Track video;
      private @Nullable Publishing connection;
      private int mode; // 0 good, 1 away, 2 frozen, 3 sound only, 4 no key frames
      private long modeUntilMs;
      private long stampMs;
      private int sinceKey;
      private boolean good;
      private long goodSinceMs;

      Device(int seat) {
        this.seat = seat;
        this.ours = seat == 3;
        Track usual = HubFixture.VIDEO;
        byte configuration = (byte) random.nextInt(1, 3);
        this.video =
            new Track(
                0,
                Track.Kind.VIDEO,
                usual.codec(),
                usual.label(),
                usual.timescale(),
                Bytes.of(configuration));
      }

      void frame() {
        if (!ours && nowMs >= modeUntilMs) {
          mode = random.nextInt(3) == 0 ? random.nextInt(1, 5) : 0;
          modeUntilMs = nowMs + 500 + random.nextInt(8_000);
        }
        Publishing there = connection;
        if (there != null && there.ended != null) {
          connection = null;
          there = null;
        }
        if (ours && at.jobs.get(seat) != there) {
          connection = null;
          there = null;
        }
        if (mode == 1) {
          if (there != null) {
            there.end();
            connection = null;
          }
        } else if (there == null) {
          connect();
        } else if (mode != 2) {
          deliver(there);
        }
        boolean now = mode == 0 && there != null && !ours;
        if (now && !good) {
          goodSinceMs = nowMs;
        }
        good = now;
      }

      private void connect() {
        stampMs = random.nextLong(1L << 32); // anywhere, also close to the wrap
        sinceKey = random.nextInt(gop);
        if (ours && at.jobs.get(seat) == null) {
          return;
        }
        Publishing fresh = ours ? at.bring(seat) : at.publish(random.nextInt(2), "key-" + seat);
        if (fresh.ended == null && fresh.publication != null) {
          fresh.video = video;
          connection = fresh.announce();
        }
      }

      private void deliver(Publishing to) {
        stampMs += FRAME_MS;
        to.audio(stampMs & 0xFFFF_FFFFL);
        if (mode != 3) {
          boolean key = sinceKey++ % gop == 0;
          to.unit(video, stampMs & 0xFFFF_FFFFL, key && mode != 4, 10);
        }
      }
    }
  }
}
