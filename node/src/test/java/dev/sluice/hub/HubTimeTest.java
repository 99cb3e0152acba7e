package dev.sluice.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.hub.HubFixture.Publishing;
import dev.sluice.hub.HubFixture.Watching;
import dev.sluice.media.SourceClock;
import dev.sluice.media.TimeReference;
import dev.sluice.media.Timescale;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.amf.Amf0;
import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.amf.AmfValue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sources that say what time it is. */
class HubTimeTest {
  private static final long MS = HubFixture.MS;
  private static final long EPOCH_MS = HubFixture.EPOCH_NS / MS;
  private final List<HubFixture> fixtures = new ArrayList<>();

  private HubFixture hub(UnaryOperator<HubFixture.PolicyBuilder> choose) {
    var fixture = new HubFixture(choose);
    fixtures.add(fixture);
    return fixture;
  }

  private HubFixture hub(TimeReference time, boolean absolute) {
    return hub(policy -> {
      policy.time = time;
      policy.absoluteTime = absolute;
      return policy;
    });
  }

  @AfterEach
  void nothingIsLeftBehind() {
    for (HubFixture fixture : fixtures) {
      fixture.hub.close();
      fixture.sim.runFor(5_000 * MS);
      assertThat(fixture.payloadsReleased()).as("payloads released").isTrue();
      assertThat(fixture.memory.usedBytes()).as("bytes accounted").isZero();
      assertThat(fixture.events).noneMatch(event -> event.startsWith("failed"));
    }
  }

  private static Bytes metadata(AmfValue atc) {
    ByteBuf out = Unpooled.buffer();
    AmfProperties.Builder properties = AmfProperties.builder().put("width", AmfValue.of(640));
    Amf0.writeAll(out, AmfValue.of("onMetaData"), properties.put("bravo_atc", atc).ecmaArray());
    return Bytes.copyOf(out);
  }

  /** The stamp of an encoder that is {@code ms} after our epoch by its clock. */
  private static long stamp(long ms) {
    return EPOCH_MS + ms & 0xFFFFFFFFL;
  }

  @ParameterizedTest(name = "time {0}, metadata say so: {1}")
  @CsvSource({"AUTO, true, 500", "AUTO, false, 2000", "ARRIVAL, true, 2000", "SOURCE, false, 500"})
  void anEncoderThatStampsUtcIsPlacedByIt(TimeReference time, boolean said, long expectedMs) {
    HubFixture at = hub(time, true);
    at.sim.runFor(2_000 * MS);
    Publishing source = at.publish(0, null);
    if (said) {
      source.describe(metadata(AmfValue.of("true")));
    }
    source.announce();
    Watching viewer = at.watch(0);
    source.key(stamp(500)).frame(stamp(540));
    assertThat(viewer.text())
        .contains("K" + (EPOCH_MS + expectedMs) + ";V" + (EPOCH_MS + expectedMs + 40) + ";");
  }

  @Test
  void metadataSpeakOfUtcOnlyWhereTimeStampsAre() {
    for (boolean absolute : new boolean[] {true, false}) {
      HubFixture at = hub(TimeReference.AUTO, absolute);
      Publishing source = at.publish(0, null).announce();
      Bytes said = metadata(AmfValue.of(true));
      source.describe(said).key(stamp(0));
      Watching viewer = at.watch(0);
      source.frame(stamp(40));
      if (absolute) {
        assertThat(viewer.text()).contains("M" + said + ";");
      } else {
        assertThat(viewer.text()).contains(";M").doesNotContain(hex("bravo_atc"));
      }
    }
  }

  private static String hex(String text) {
    return Bytes.copyOf(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII)).toString();
  }

  @Test
  void tracksOnClocksOfTheirOwnComeTogetherByHintsThatCameBeforeThem() {
    HubFixture at = hub(TimeReference.ARRIVAL, false);
    SourceClock sound = new SourceClock(new Timescale(48_000), 32);
    Publishing source = at.publish(1, null).announce().clock(HubFixture.AUDIO, sound);
    source.hint(HubFixture.VIDEO, 7_000, 100).hint(HubFixture.AUDIO, 96_000_000, 100);
    Watching viewer = at.watch(0);
    // 1 s of sound in samples, of which the last is 20 ms after the picture by the hints
    source.key(7_000).unit(HubFixture.AUDIO, 96_000_960, true, 5).frame(7_040);
    at.sim.runFor(50 * MS);
    assertThat(viewer.text()).isEqualTo("P;H1;K0;A20;V40;");
  }

  @Test
  void aHintWhileTheSourceIsOnTheAirIsTold() {
    HubFixture at = hub(TimeReference.SOURCE, false);
    Publishing source = at.publish(0, null).announce();
    source.key(0);
    source.hint(HubFixture.VIDEO, 0, -700).frame(40);
    assertThat(at.events).contains("repaired h264 was 700 ms behind UTC; aligned over 2 s");
  }

  @Test
  void soundAloneOnAClockOfItsOwnBeginsAfterHalfASecondOfIt() {
    HubFixture at = hub(TimeReference.ARRIVAL, false);
    Publishing source =
        at.publish(0, null)
            .announce(HubFixture.AUDIO)
            .clock(HubFixture.AUDIO, new SourceClock(new Timescale(48_000), 32));
    Watching viewer = at.watch(0);
    for (long sample = 0; sample < 24_000; sample += 1_024) {
      source.unit(HubFixture.AUDIO, sample, true, 5);
      at.sim.runFor(21 * MS);
      assertThat(viewer.text()).isEmpty();
    }
    source.unit(HubFixture.AUDIO, 24_576, true, 5);
    at.sim.runFor(50 * MS);
    assertThat(viewer.text()).startsWith("P;H1;A0;A21;");
  }

  @Test
  void anEncoderWhoseClockIsAheadIsReadAllTheSame() {
    HubFixture at = hub(TimeReference.SOURCE, true);
    Publishing source = at.publish(0, null).announce();
    source.key(stamp(50_000)).frame(stamp(50_040));
    at.sim.runFor(40 * MS);
    assertThat(source.reading).isTrue();
    source.frame(stamp(53_200));
    assertThat(source.reading).as("3 s more than it may").isFalse();
  }

  /**
   * 64 of 64 ms, a picture and three frames of sound each, at their pace; time stamps count from
   * {@code picture} and {@code sound}.
   */
  private static void play(HubFixture at, Publishing source, long picture, long sound) {
    for (int i = 0; i < 64; i++) {
      source.unit(HubFixture.VIDEO, picture + i * 64L, i % 16 == 0, 10);
      source.audio(sound + i * 64L);
      at.sim.runFor(21 * MS);
      source.audio(sound + i * 64L + 21);
      at.sim.runFor(22 * MS);
      source.audio(sound + i * 64L + 43);
      at.sim.runFor(21 * MS);
    }
  }

  @Test
  void everyRepairIsAnEventWithFigures() {
    HubFixture at = hub(TimeReference.ARRIVAL, false);
    Publishing source = at.publish(0, null).announce();
    play(at, source, 1_000, 1_000);
    at.sim.runFor(600_000 * MS);
    play(at, source, 605_096, 605_096);
    source.frame(609_128); // once more
    play(at, source, 609_192, 609_192);
    play(at, source, 500_000_000, 500_000_000); // both are reset
    play(at, source, 500_004_096, 70_000); // the sound is
    play(at, source, 20_000, 74_096); // the picture is
    assertThat(at.events)
        .containsExactly(
            "repaired h264 had a gap of 600064 ms; kept",
            "repaired aac had a gap of 600021 ms; kept (no. 2)",
            "repaired h264 went back by 0 ms; put in order",
            "repaired h264 jumped by 499386712 ms; closed",
            "repaired aac jumped by 499386712 ms; closed (no. 2)",
            "repaired aac jumped by -499934096 ms; closed (no. 3)",
            "repaired h264 jumped by -499988192 ms; closed (no. 4)");
    assertThat(at.report().repairs()).isEqualTo(7);
  }

  /** Ten minutes that a publisher would send in ten seconds are read at the pace of life. */
  @Test
  void whoSendsTenMinutesInTenSecondsIsReadAtThePaceOfLife() {
    HubFixture at = hub(TimeReference.ARRIVAL, false);
    Publishing source = at.publish(0, null).announce();
    Watching viewer = at.watch(0);
    long startNs = at.sim.nowNs();
    long mostMs = 0;
    for (long ms = 0; ms < 600_000; ms += 64) {
      for (int waits = 0; !source.reading && waits < 10_000; waits++) {
        at.sim.runFor(MS);
      }
      source.unit(HubFixture.VIDEO, ms, ms % 1_024 == 0, 10);
      source.audio(ms).audio(ms + 21).audio(ms + 43);
      at.sim.runFor(MS); // 60 times as fast
      mostMs = Math.max(mostMs, ms - (at.sim.nowNs() - startNs) / MS);
    }
    // and half a millisecond a second by which it is steered against
    assertThat(mostMs).as("ahead").isBetween(3_000L, 3_350L);
    assertThat((at.sim.nowNs() - startNs) / MS).isBetween(596_500L, 597_500L);
    assertThat(at.events).isEmpty();
    at.sim.runFor(50 * MS); // the last sound waits for a picture
    assertThat(viewer.text().chars().filter(each -> each == 'V' || each == 'K')).hasSize(9_375);
    assertThat(viewer.text().chars().filter(each -> each == 'A')).hasSize(3 * 9_375);
  }
}
