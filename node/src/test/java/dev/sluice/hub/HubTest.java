package dev.sluice.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.hub.HubFixture.Publishing;
import dev.sluice.hub.HubFixture.Watching;
import dev.sluice.media.StreamName;
import dev.sluice.media.Track;
import dev.sluice.media.TrackEpoch;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.amf.Amf0;
import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.amf.AmfValue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HubTest {
  private static final long MS = HubFixture.MS;
  private final List<HubFixture> fixtures = new ArrayList<>();

  private HubFixture hub(java.util.function.UnaryOperator<HubFixture.PolicyBuilder> choose) {
    var fixture = new HubFixture(choose);
    fixtures.add(fixture);
    return fixture;
  }

  /** Whatever a test did: once all is over nothing is held and nothing has failed. */
  @AfterEach
  void nothingIsLeftBehind() {
    for (HubFixture fixture : fixtures) {
      fixture.hub.close();
      fixture.sim.runFor(5_000 * MS);
      assertThat(fixture.hub.streams()).isEmpty();
      assertThat(fixture.payloadsReleased()).as("payloads released").isTrue();
      assertThat(fixture.memory.usedBytes()).as("bytes accounted").isZero();
      assertThat(fixture.allocator.metric().usedDirectMemory()).isZero();
      assertThat(fixture.events).noneMatch(event -> event.startsWith("failed"));
    }
  }

  @Test
  void handsFramesToViewersOnBothLoops() {
    HubFixture at = hub(policy -> policy);
    Publishing source = at.publish(0, null).announce();
    Watching near = at.watch(0);
    Watching far = at.watch(1);
    source.key(0).audio(10).frame(40).audio(30).frame(80);
    assertThat(near.text()).isEqualTo("P;H1;K0;A10;V40;A31;V80;");
    assertThat(far.text()).isEqualTo(near.text());
  }

  @Test
  void closesABlockWithEachPictureAtLatencyZeroAndLetsAudioWaitFiftyMilliseconds() {
    HubFixture at = hub(policy -> policy);
    Publishing source = at.publish(0, null).announce();
    Watching viewer = at.watch(0);
    source.key(0).audio(0);
    assertThat(viewer.sink.sends).containsExactly("P;H1;K0;");
    at.sim.runFor(49 * MS);
    assertThat(viewer.sink.sends).hasSize(1);
    at.sim.runFor(1 * MS);
    assertThat(viewer.sink.sends).containsExactly("P;H1;K0;", "A0;");
    source.audio(21).frame(40);
    assertThat(viewer.sink.sends).containsExactly("P;H1;K0;", "A0;", "A21;V40;");
  }

  @Test
  void gathersForTheLatencyAndOpensABlockWithEachKeyFrame() {
    HubFixture at =
        hub(policy -> {
          policy.latencyNs = 100 * MS;
          return policy;
        });
    Publishing source = at.publish(0, null).announce();
    Watching viewer = at.watch(0);
    source.key(0);
    at.sim.runFor(40 * MS);
    source.frame(40);
    at.sim.runFor(47 * MS);
    assertThat(viewer.sink.sends).isEmpty();
    at.sim.runFor(1 * MS); // 87.5 ms: the latency less half of the rest between two reads
    assertThat(viewer.sink.sends).containsExactly("P;H1;K0;V40;");
    source.frame(80).key(120).frame(160);
    assertThat(viewer.sink.sends).containsExactly("P;H1;K0;V40;", "V80;");
    at.sim.runFor(100 * MS);
    assertThat(viewer.sink.sends).containsExactly("P;H1;K0;V40;", "V80;", "K120;V160;");
  }

  @Test
  void aSourceRestsForAQuarterOfTheLatencyBetweenReads() {
    HubFixture at =
        hub(policy -> {
          policy.latencyNs = 100 * MS;
          return policy;
        });
    Publishing source = at.publish(0, null).announce();
    source.key(0);
    assertThat(source.reading).isFalse();
    at.sim.runFor(24 * MS);
    assertThat(source.reading).isFalse();
    at.sim.runFor(1 * MS);
    assertThat(source.reading).isTrue();
  }

  @Test
  void aSourceOfAStreamWithoutLatencyIsReadAllTheTime() {
    HubFixture at = hub(policy -> policy);
    Publishing source = at.publish(0, null).announce();
    source.key(0);
    assertThat(source.reading).isTrue();
  }

  @Test
  void givesAJoiningViewerTheGopAndThenWhatFollows() {
    HubFixture at = hub(policy -> policy);
    Publishing source = at.publish(0, null).announce();
    source.key(0).frame(40).key(80).audio(90).frame(120);
    Watching first = at.watch(1);
    assertThat(first.sink.sends).containsExactly("P;H1;K80;A90;V120;");
    source.frame(160);
    Watching second = at.watch(0);
    source.frame(200);
    assertThat(first.text()).isEqualTo("P;H1;K80;A90;V120;V160;V200;");
    assertThat(second.text()).isEqualTo(first.text());
    assertThat(second.sink.sends).hasSize(2);
  }

  @Test
  void beginsWithTheNextKeyFrameWhenAViewerJoinsLive() {
    HubFixture at =
        hub(policy -> {
          policy.join = StreamPolicy.Join.LIVE;
          return policy;
        });
    Publishing source = at.publish(0, null).announce();
    source.key(0);
    Watching viewer = at.watch(1);
    source.frame(40).key(80).frame(120);
    assertThat(viewer.text()).isEqualTo("P;H1;K80;V120;");
  }

  @Test
  void keepsNoGopWhenTheCacheIsOffOrTheGopTooLong() {
    HubFixture off =
        hub(policy -> {
          policy.gopCache = false;
          return policy;
        });
    Publishing source = off.publish(0, null).announce().key(0);
    Watching viewer = off.watch(0);
    source.frame(40);
    assertThat(viewer.text()).isEmpty();
    source.key(80);
    assertThat(viewer.text()).isEqualTo("P;H1;K80;");

    HubFixture small =
        hub(policy -> {
          policy.gopCacheMaxBytes = 25;
          return policy;
        });
    source = small.publish(0, null).announce().key(0).frame(40).frame(80);
    viewer = small.watch(0);
    source.frame(120).key(160);
    assertThat(viewer.text()).isEqualTo("P;H1;K160;");
  }

  @Test
  void holdsAudioFromBeforeTheFirstPictureAndDropsPicturesThatNobodyCanDecode() {
    HubFixture at = hub(policy -> policy);
    Watching viewer = at.watch(0);
    Publishing source = at.publish(0, null).announce();
    source.audio(0).frame(10).audio(20);
    assertThat(viewer.text()).isEmpty();
    source.key(30).frame(70);
    assertThat(viewer.text()).isEqualTo("P;H1;A0;A21;K30;V70;");
    Watching late = at.watch(0);
    assertThat(late.text()).isEqualTo(viewer.text());
  }

  @Test
  void beginsAnAudioOnlyStreamAfterHalfASecondOfAudio() {
    HubFixture at = hub(policy -> policy);
    Watching viewer = at.watch(0);
    Publishing source = at.publish(0, null).announce(HubFixture.AUDIO);
    source.audio(0).audio(250).audio(478).audio(499);
    assertThat(viewer.text()).isEmpty();
    source.audio(521);
    at.sim.runFor(40 * MS);
    assertThat(viewer.text()).isEqualTo("P;H1;A0;A250;A478;A499;A520;");
    Watching late = at.watch(0);
    source.audio(542);
    at.sim.runFor(40 * MS);
    assertThat(late.text()).isEqualTo("P;H1;A542;");
  }

  @Test
  void keepsViewersWhileTheEncoderIsAwayAndGoesOnWithoutNewHeaders() {
    HubFixture at = hub(policy -> policy);
    Publishing first = at.publish(0, null).announce();
    Watching viewer = at.watch(1);
    first.key(0).frame(40);
    first.end();
    at.sim.runFor(4_000 * MS);
    assertThat(viewer.sink.ended).isNull();
    Publishing second = at.publish(1, null).announce();
    second.audio(0).key(0).frame(40);
    assertThat(viewer.text()).isEqualTo("P;H1;K0;V40;A4000;K4000;V4040;");
    assertThat(at.events).containsExactly("lost peer-left");
  }

  @Test
  void sendsNewHeadersOnceWhenTheNextEncoderIsConfiguredDifferently() {
    HubFixture at = hub(policy -> policy);
    Publishing first = at.publish(0, null).announce();
    Watching viewer = at.watch(0);
    first.key(0);
    first.end();
    Publishing second = at.publish(0, null);
    second.video = retuned();
    second.announce().key(0);
    assertThat(viewer.text()).startsWith("P;H1;K0;H2;K").doesNotContain("H3");
  }

  private static dev.sluice.media.Track retuned() {
    return new dev.sluice.media.Track(
        0,
        dev.sluice.media.Track.Kind.VIDEO,
        dev.sluice.media.Codec.H264,
        "h264",
        dev.sluice.media.Timescale.VIDEO,
        Bytes.of((byte) 9));
  }

  @Test
  void aSourceWithoutSoundLeavesAGapAndOneWithoutPictureCanBeJoinedAnyTime() {
    HubFixture at = hub(policy -> policy);
    Publishing first = at.publish(0, null).announce();
    Watching viewer = at.watch(0);
    first.key(0).audio(0).frame(40);
    first.end();
    at.sim.runFor(6_000 * MS);
    Publishing silent = at.publish(0, null).announce(HubFixture.VIDEO);
    silent.key(0).frame(40);
    silent.end();
    at.sim.runFor(1_000 * MS);
    Publishing blind = at.publish(0, null).announce(HubFixture.AUDIO);
    for (long ms = 0; ms <= SourceStart.LOST_VIDEO_MS; ms += 20) {
      blind.audio(ms);
    }
    Watching late = at.watch(1);
    blind.audio(SourceStart.LOST_VIDEO_MS + 20);
    at.sim.runFor(40 * MS);
    assertThat(viewer.text()).startsWith("P;H1;K0;A0;V40;K6000;V6040;A").doesNotContain("H2");
    assertThat(late.text()).startsWith("P;H1;A").doesNotContain("K");
    assertThat(at.events)
        .contains(
            "tracks the source has no audio track 1 (aac); it stays as a gap",
            "tracks the source has no video track 0 (h264); it stays as a gap");
  }

  @Test
  void aTrackTooManyIsCutUnlessTheStreamFollowsItsSource() {
    for (TrackEpoch.Rule rule : TrackEpoch.Rule.values()) {
      HubFixture at =
          hub(policy -> {
            policy.tracks = rule;
            return policy;
          });
      Publishing first = at.publish(0, null).announce(HubFixture.VIDEO).key(0);
      Watching viewer = at.watch(0);
      at.sim.runFor(5_000 * MS);
      first.frame(5_000).audio(5_000).frame(5_040);
      at.sim.runFor(50 * MS);
      assertThat(viewer.text())
          .isEqualTo(
              rule == TrackEpoch.Rule.FIXED
                  ? "P;H1;K0;V5000;V5040;"
                  : "P;H1;K0;V5000;H2;A5000;V5040;");
      assertThat(at.events)
          .filteredOn(event -> event.startsWith("tracks"))
          .hasSize(rule == TrackEpoch.Rule.FIXED ? 1 : 0);
    }
  }

  @Test
  void aSourceThatNumbersItsTracksOtherwiseGoesOnWithTheSameOnes() {
    HubFixture at = hub(policy -> policy);
    Publishing first = at.publish(0, null).announce();
    Watching viewer = at.watch(0);
    first.key(0).audio(0).frame(40);
    first.end();
    at.sim.runFor(6_000 * MS);
    Publishing second = at.publish(0, null);
    second.video = numbered(HubFixture.VIDEO, 5);
    second.audio = numbered(HubFixture.AUDIO, 0);
    second.announce().key(0).audio(0).frame(40);
    at.sim.runFor(50 * MS);
    assertThat(viewer.text()).isEqualTo("P;H1;K0;A0;V40;K6000;A6000;V6040;");
    assertThat(at.events).containsExactly("lost peer-left");
  }

  private static Track numbered(Track track, int id) {
    return new Track(
        id, track.kind(), track.codec(), track.label(), track.timescale(), track.configuration());
  }

  @Test
  void endsTheStreamWhenNobodyComesBackWithinTheGrace() {
    HubFixture at = hub(policy -> policy);
    Publishing source = at.publish(0, null).announce();
    Watching viewer = at.watch(1);
    source.key(0);
    source.end();
    at.sim.runFor(9_999 * MS);
    assertThat(viewer.sink.ended).isNull();
    at.sim.runFor(1 * MS);
    assertThat(viewer.sink.ended).isEqualTo(Reason.STREAM_ENDED);
    assertThat(at.hub.streams()).isEmpty();
  }

  @Test
  void refusesASecondPublisherUnlessItIsTheSameOneAndTheFirstIsSilent() {
    HubFixture at = hub(policy -> policy);
    Publishing first = at.publish(0, "secret").announce().key(0);
    assertThat(at.publish(1, "secret").ended).isEqualTo(Reason.STREAM_BUSY);
    at.sim.runFor(2_000 * MS);
    assertThat(at.publish(1, "other").ended).isEqualTo(Reason.STREAM_BUSY);
    assertThat(first.ended).isNull();
    Publishing second = at.publish(1, "secret");
    assertThat(second.ended).isNull();
    assertThat(first.ended).isEqualTo(Reason.TAKEN_OVER);
    Watching viewer = at.watch(0);
    second.announce().key(0);
    assertThat(viewer.text()).endsWith("K2000;");
  }

  @Test
  void aPublisherThatWasLostBeforeItsFirstPictureIsTakenOverLikeAnyOther() {
    HubFixture at = hub(policy -> policy);
    Publishing first = at.publish(0, "secret").announce();
    at.sim.runFor(2_000 * MS);
    Publishing second = at.publish(1, "secret");
    assertThat(first.ended).isEqualTo(Reason.TAKEN_OVER);
    second.announce().key(0).frame(40);
    assertThat(at.watch(0).text()).isEqualTo("P;H1;K0;V40;");
    assertThat(at.hub.streams()).hasSize(1);
    second.end();
    at.sim.runFor(10_000 * MS);
    assertThat(at.events)
        .containsExactly("lost taken-over", "lost peer-left", "closed stream-ended");
  }

  @Test
  void skipsWholeBlocksOfASlowViewerUpToTheNextKeyFrame() {
    HubFixture at =
        hub(policy -> {
          policy.backlogMaxBytes = 10;
          return policy;
        });
    Publishing source = at.publish(0, null).announce();
    Watching slow = at.watch(0);
    Watching good = at.watch(0);
    source.key(0);
    slow.sink.stalled = true;
    source.frame(40).frame(80).frame(120).frame(160);
    slow.sink.unstall();
    source.frame(200);
    assertThat(slow.text()).isEqualTo("P;H1;K0;V40;V80;V120;");
    source.key(240).frame(280);
    assertThat(slow.text()).isEqualTo("P;H1;K0;V40;V80;V120;K240;V280;");
    assertThat(slow.viewer().report().blocksDropped()).isEqualTo(2);
    assertThat(good.text()).isEqualTo("P;H1;K0;V40;V80;V120;V160;V200;K240;V280;");
  }

  @Test
  void endsAViewerThatTakesNothingForTooLong() {
    HubFixture at =
        hub(policy -> {
          policy.backlogMaxBytes = 5;
          return policy;
        });
    Publishing source = at.publish(0, null).announce();
    Watching stuck = at.watch(0);
    source.key(0);
    stuck.sink.stalled = true;
    for (int second = 1; second <= 33; second++) {
      at.sim.runFor(1_000 * MS);
      source.key(1_000L * second);
    }
    assertThat(stuck.sink.ended).isEqualTo(Reason.TOO_SLOW);
    stuck.sink.unstall();
  }

  @Test
  void refusesOrLetsWaitWhoeverComesBeforeThePublisher() {
    HubFixture refuses =
        hub(policy -> {
          policy.waits = false;
          return policy;
        });
    assertThat(refuses.watch(0).sink.ended).isEqualTo(Reason.NOT_FOUND);
    assertThat(refuses.hub.streams()).isEmpty();

    HubFixture waits =
        hub(policy -> {
          policy.waitTimeoutNs = 1_000 * MS;
          return policy;
        });
    Watching patient = waits.watch(0);
    assertThat(patient.sink.admitted).isTrue();
    assertThat(patient.sink.live).isFalse();
    waits.sim.runFor(1_000 * MS);
    assertThat(patient.sink.ended).isEqualTo(Reason.NOT_FOUND);
    assertThat(waits.hub.streams()).isEmpty();
  }

  @Test
  void answersEachLimitWithItsReason() {
    HubFixture at =
        hub(policy -> {
          policy.maxViewers = 1;
          policy.maxBitrateBps = 1_000;
          return policy;
        });
    Publishing source = at.publish(0, null).announce().key(0);
    at.watch(0);
    assertThat(at.watch(1).sink.ended).isEqualTo(Reason.VIEWER_LIMIT);
    at.publish(StreamName.parse("live/b"), 0, null);
    assertThat(at.publish(StreamName.parse("live/c"), 0, null).ended)
        .isEqualTo(Reason.STREAM_LIMIT);
    assertThat(at.publish(StreamName.parse("live/b"), 0, "wrong").ended)
        .isEqualTo(Reason.TOKEN_WRONG);
    at.sim.runFor(5_000 * MS);
    source.unit(HubFixture.VIDEO, 5_000, false, 1_000);
    assertThat(source.ended).isEqualTo(Reason.BITRATE_LIMIT);
  }

  @Test
  void refusesNewcomersWhenMemoryIsFull() {
    var at = new HubFixture(policy -> policy, 100);
    fixtures.add(at);
    Publishing source = at.publish(0, null).announce();
    source.unit(HubFixture.VIDEO, 0, true, 95);
    assertThat(at.watch(0).sink.ended).isEqualTo(Reason.MEMORY_LIMIT);
  }

  @Test
  void leavesTheFeedOnPauseAndJoinsAgainOnResume() {
    HubFixture at = hub(policy -> policy);
    Publishing source = at.publish(0, null).announce();
    Watching viewer = at.watch(1);
    source.key(0);
    at.sim.on(at.sim.loop(1), () -> viewer.viewer().pause(true));
    source.frame(40).key(80).frame(120);
    assertThat(viewer.text()).isEqualTo("P;H1;K0;");
    at.sim.on(at.sim.loop(1), () -> viewer.viewer().pause(false));
    source.frame(160);
    assertThat(viewer.text()).isEqualTo("P;H1;K0;H1;K80;V120;V160;");
  }

  @Test
  void aViewerThatChangesItsMindTwiceGetsOnlyWhatItAskedForLast() {
    HubFixture at = hub(policy -> policy);
    Publishing source = at.publish(0, null).announce();
    Watching viewer = at.watch(1, new TextForm("one"));
    source.key(0);
    at.sim
        .loop(1)
        .execute(() -> {
          viewer.viewer().changeForm(new TextForm("two"));
          viewer.viewer().changeForm(new TextForm("three"));
        });
    source.key(40).frame(80);
    assertThat(viewer.viewer().report().form()).isEqualTo("three");
    assertThat(viewer.text()).isEqualTo("P;H1;K0;H1;K40;V80;");
  }

  /**
   * A server that is asked in the middle of a GOP sends sound at once, pictures when they can be
   * seen.
   */
  @Test
  void soundIsHeldBackWhereMetadataSpeakOfAPicture() {
    HubFixture at = hub(policy -> policy);
    ByteBuf metadata = Unpooled.buffer();
    Amf0.writeAll(
        metadata,
        AmfValue.of("onMetaData"),
        AmfProperties.builder().put("videocodecid", AmfValue.of(7)).ecmaArray());
    Publishing source = at.publish(0, null).announce(HubFixture.AUDIO);
    source.describe(Bytes.copyOf(metadata));
    Watching viewer = at.watch(0);
    for (long ms = 0; ms < 2_000; ms += 20) {
      source.audio(ms);
    }
    assertThat(viewer.text()).isEmpty();
    source.key(2_000).frame(2_040);
    assertThat(viewer.text())
        .startsWith("P;H1;M")
        .doesNotContain("H2;")
        .contains(";K")
        .contains(";V");
  }

  @Test
  void doesNotReadASourceThatRunsAheadOfTheClock() {
    HubFixture at = hub(policy -> policy);
    Publishing source = at.publish(1, null).announce().key(0).frame(3_000);
    assertThat(source.reading).isTrue();
    source.frame(5_000);
    assertThat(source.reading).isFalse();
    at.sim.runFor(2_000 * MS);
    assertThat(source.reading).isTrue();
  }

  @Test
  void endsOnlyTheStreamWhoseFormFails() {
    HubFixture at = hub(policy -> policy);
    Form broken =
        new Form() {
          @Override
          public String key() {
            return "broken";
          }

          @Override
          public Muxer muxer(long zeroMs) {
            throw new IllegalStateException("broken form");
          }
        };
    Publishing other = at.publish(StreamName.parse("live/b"), 0, null).announce().key(0);
    at.publish(0, null).announce().key(0);
    Watching viewer = at.watch(0, broken);
    assertThat(viewer.sink.ended).isEqualTo(Reason.FAILED);
    assertThat(at.events).contains("failed broken form");
    at.events.clear();
    other.frame(40);
    assertThat(other.ended).isNull();
  }

  @Test
  void aViewerThatLeavesInTheMiddleOfAFanOutLosesNobodyElseABlock() {
    HubFixture at = hub(policy -> policy);
    Publishing source = at.publish(0, null).announce();
    List<Watching> many = new ArrayList<>();
    for (int i = 0; i < 3 * Fanout.BATCH; i++) {
      many.add(at.watch(0));
    }
    source.key(0);
    for (int i = 0; i < many.size(); i += 2) {
      Watching leaving = many.get(i);
      at.sim.loop(0).execute(() -> leaving.viewer().leave());
    }
    source.frame(40).frame(80);
    for (int i = 1; i < many.size(); i += 2) {
      assertThat(many.get(i).text()).isEqualTo("P;H1;K0;V40;V80;");
    }
    assertThat(at.hub.streams().iterator().next().report().viewerCount())
        .isEqualTo(many.size() / 2);
  }

  @Test
  void whatViewersHaveTakenIsFreedAtOnceForWhoStopsTheLoops() {
    HubFixture at = hub(policy -> policy);
    Publishing source = at.publish(0, null).announce();
    at.watch(0);
    Watching slow = at.watch(1);
    source.key(0);
    slow.sink.stalled = true;
    source.frame(40);
    at.hub.close();
    at.sim.runFor(0);
    assertThat(at.hub.sweep()).isFalse();
    at.sim.runFor(0);
    assertThat(at.hub.sweep()).as("with a viewer that has not taken all").isFalse();
    slow.sink.unstall();
    at.hub.sweep();
    at.sim.runFor(0);
    assertThat(at.hub.sweep()).isTrue();
    assertThat(at.allocator.metric().usedDirectMemory()).isZero();
  }

  @Test
  void aViewerThatChangesItsMindAndBackEndsInTheFeedThatThereIs() {
    HubFixture at = hub(policy -> policy);
    Publishing source = at.publish(0, null).announce();
    Watching viewer = at.watch(1, new TextForm("one"));
    source.key(0);
    at.sim
        .loop(1)
        .execute(() -> {
          viewer.viewer().changeForm(new TextForm("two"));
          viewer.viewer().changeForm(new TextForm("one"));
        });
    source.key(40).frame(80);
    assertThat(viewer.text()).isEqualTo("P;H1;K0;H1;K40;V80;");
  }

  @Test
  void aPausedViewerIsInNoFeedAndStillAViewer() {
    HubFixture at =
        hub(policy -> {
          policy.maxViewers = 1;
          return policy;
        });
    Publishing source = at.publish(0, null).announce().key(0);
    Watching viewer = at.watch(1);
    assertThat(at.report().blocksAlive()).isEqualTo(1);
    at.sim.on(at.sim.loop(1), () -> viewer.viewer().pause(true));
    source.frame(40).key(80);
    assertThat(at.report().blocksAlive()).isZero();
    assertThat(at.report().viewerCount()).isEqualTo(1);
    assertThat(at.watch(0).sink.ended).isEqualTo(Reason.VIEWER_LIMIT);
    at.sim.on(at.sim.loop(1), () -> viewer.viewer().pause(false));
    source.frame(120);
    assertThat(viewer.text()).isEqualTo("P;H1;K0;H1;K80;V120;");
  }

  @Test
  void aViewerThatPausesAndGoesOnAtOnceMissesNothingOfWhatFollows() {
    HubFixture at = hub(policy -> policy);
    Publishing source = at.publish(0, null).announce().key(0);
    Watching viewer = at.watch(1);
    at.sim
        .loop(1)
        .execute(() -> {
          viewer.viewer().pause(true);
          viewer.viewer().pause(false);
          viewer.viewer().pause(true);
          viewer.viewer().pause(false);
        });
    source.frame(40).key(80);
    assertThat(viewer.text()).isEqualTo("P;H1;K0;H1;K0;V40;K80;");
    assertThat(viewer.viewer().report().state()).isEqualTo("playing");
  }

  @Test
  void whatAViewerSaysBeforeItIsTakenInCounts() {
    HubFixture at = hub(policy -> policy);
    Publishing source = at.publish(0, null).announce().key(0);
    Watching pauses = at.watch(1, new TextForm("one"), viewer -> viewer.pause(true));
    Watching changes =
        at.watch(1, new TextForm("one"), viewer -> viewer.changeForm(new TextForm("two")));
    source.frame(40);
    assertThat(pauses.text()).isEmpty();
    assertThat(changes.text()).isEqualTo("P;H1;K0;V40;");
    at.sim.on(at.sim.loop(1), () -> pauses.viewer().pause(false));
    assertThat(pauses.text()).isEqualTo("P;H1;K0;V40;");
  }

  @Test
  void metadataThatChangesReachesTheViewersThatAreThereWithTheNextBlock() {
    HubFixture at = hub(policy -> policy);
    Publishing source = at.publish(0, null).describe(1).announce();
    Watching near = at.watch(0);
    Watching far = at.watch(1);
    source.key(0).describe(1).frame(40);
    at.sim.runFor(Feed.METADATA_NS);
    source.describe(2).frame(1_040).frame(1_080);
    Watching late = at.watch(0);
    assertThat(near.text()).isEqualTo("P;H1;M01;K0;V40;M02;V1040;V1080;");
    assertThat(far.text()).isEqualTo(near.text());
    assertThat(late.text()).isEqualTo(near.text());
  }

  @Test
  void metadataThatChangesAllTheTimeGoesOutOnceASecond() {
    HubFixture at = hub(policy -> policy);
    Publishing source = at.publish(0, null).describe(0).announce();
    Watching viewer = at.watch(0);
    source.key(0);
    for (int i = 1; i <= 75; i++) {
      at.sim.runFor(40 * MS);
      source.describe(i).frame(40L * i);
    }
    assertThat(viewer.text().replaceAll("V[0-9]+;", ""))
        .isEqualTo("P;H1;M00;K0;M19;M32;M4b;"); // 0, 25, 50 and 75
  }

  @Test
  void metadataOfTheNextEncoderComesOnceAndBeforeItsFirstPicture() {
    HubFixture at = hub(policy -> policy);
    Publishing first = at.publish(0, null).describe(1).announce();
    Watching viewer = at.watch(0);
    first.key(0);
    first.end();
    at.sim.runFor(2_000 * MS);
    at.publish(0, null).describe(2).announce().key(0).frame(40);
    assertThat(viewer.text()).isEqualTo("P;H1;M01;K0;M02;K2000;V2040;");
  }

  @Test
  void waitsLongerForThePictureOfAnEncoderThatHadOneBefore() {
    HubFixture at = hub(policy -> policy);
    Publishing first = at.publish(0, null).announce();
    Watching viewer = at.watch(0);
    first.key(0);
    first.end();
    Publishing second = at.publish(0, null).announce(HubFixture.AUDIO);
    for (int i = 0; i < 29; i++) {
      second.audio(100L * i);
    }
    assertThat(viewer.text()).isEqualTo("P;H1;K0;");
    second.announce(HubFixture.VIDEO).key(2_850).audio(2_900);
    at.sim.runFor(100 * MS);
    assertThat(viewer.text()).startsWith("P;H1;K0;A").doesNotContain("H2").contains(";K");
  }

  @Test
  void goesOnWithoutAPictureWhenNoneComesForThreeSecondsOfSound() {
    HubFixture at = hub(policy -> policy);
    Publishing first = at.publish(0, null).announce();
    Watching viewer = at.watch(0);
    first.key(0);
    first.end();
    Publishing second = at.publish(0, null).announce(HubFixture.AUDIO);
    for (int i = 0; i < 30; i++) {
      second.audio(100L * i);
    }
    assertThat(viewer.text()).isEqualTo("P;H1;K0;");
    second.audio(SourceStart.LOST_VIDEO_MS);
    at.sim.runFor(100 * MS);
    assertThat(viewer.text()).startsWith("P;H1;K0;A").doesNotContain("H2");
    second.end();
    String before = viewer.text();
    at.publish(0, null).announce(HubFixture.AUDIO).audio(0).audio(500);
    at.sim.runFor(100 * MS);
    assertThat(viewer.text().substring(before.length())).matches("A[0-9]+;A[0-9]+;");
  }

  @Test
  void endsOnlyTheViewerWhoseConnectionFails() {
    HubFixture at = hub(policy -> policy);
    Publishing source = at.publish(0, null).announce().key(0);
    Watching good = at.watch(0);
    for (int loop = 0; loop < 2; loop++) {
      Watching fails = at.watch(loop);
      fails.sink.broken = true;
      source.frame(40L * loop + 40);
      assertThat(fails.sink.ended).isEqualTo(Reason.FAILED);
      RecordingSink broken = new RecordingSink();
      broken.broken = true;
      Watching failsAtOnce = at.watch(loop, new TextForm("text"), broken);
      assertThat(failsAtOnce.sink.ended).isEqualTo(Reason.FAILED);
    }
    assertThat(good.text()).isEqualTo("P;H1;K0;V40;V80;");
    assertThat(source.ended).isNull();
    assertThat(at.events).hasSize(4).containsOnly("failed broken sink");
    at.events.clear();
  }
}
