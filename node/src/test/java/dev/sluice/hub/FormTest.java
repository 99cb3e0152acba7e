package dev.sluice.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.hub.HubFixture.Publishing;
import dev.sluice.hub.HubFixture.Watching;
import dev.sluice.media.AccessUnit;
import dev.sluice.media.Codec;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a form says of itself, and what the hub makes of it. */
class FormTest {
  private static final long MS = HubFixture.MS;
  private final HubFixture at = new HubFixture(policy -> policy);

  @AfterEach
  void nothingIsLeftBehind() {
    at.hub.close();
    at.sim.runFor(5_000 * MS);
    assertThat(at.payloadsReleased()).as("payloads released").isTrue();
    assertThat(at.memory.usedBytes()).as("bytes accounted").isZero();
    assertThat(at.events).noneMatch(event -> event.startsWith("failed"));
  }

  @Test
  void aFormWithoutVideoBeginsWithWhatComesNextAndWaitsForNoKeyFrame() {
    Publishing source = at.publish(0, null).announce();
    source.key(0).audio(0).frame(40).audio(21);
    Watching viewer = at.watch(0, new SoundForm("aac"));
    assertThat(viewer.text()).isEmpty();
    source.audio(43).frame(80);
    at.sim.runFor(39 * MS);
    assertThat(viewer.text()).isEmpty(); // a picture sends nothing here
    at.sim.runFor(1 * MS);
    assertThat(viewer.text()).isEqualTo("H1;A42;");
    source.audio(64).key(120).audio(85);
    at.sim.runFor(40 * MS);
    assertThat(viewer.text()).isEqualTo("H1;A42;A64;A85;");
    Watching late = at.watch(1, new SoundForm("aac"));
    source.audio(107);
    at.sim.runFor(40 * MS);
    assertThat(late.text()).isEqualTo("H1;A106;");
  }

  @Test
  void aStreamWhoseCodecAFormDoesNotCarryIsRefusedByName() {
    Watching early = at.watch(1, new SoundForm("mp3"));
    Publishing source = at.publish(0, null).announce();
    assertThat(early.sink.ended).isNull(); // nobody knows yet
    source.key(0).audio(0);
    at.sim.runFor(100 * MS);
    Watching late = at.watch(0, new SoundForm("mp3"));
    for (Watching refused : List.of(early, late)) {
      assertThat(refused.sink.ended).isEqualTo(Reason.CODEC);
      assertThat(refused.sink.endedDetail).isEqualTo("the audio is aac");
      assertThat(refused.text()).isEmpty();
    }
    assertThat(at.report().viewers()).isEmpty();
  }

  @Test
  void viewersOfAFormEndWhenTheStreamBecomesWhatItDoesNotCarry() {
    Publishing source = at.publish(0, null).announce();
    source.key(0).audio(0);
    Watching listener = at.watch(1, new SoundForm("aac"));
    Watching viewer = at.watch(0);
    source.audio(21);
    at.sim.runFor(40 * MS);
    assertThat(listener.text()).isEqualTo("H1;A21;");
    source.end();
    Publishing next = at.publish(0, null);
    next.audio = Track.of(1, Track.Kind.AUDIO, Codec.MP3, new Timescale(48_000), Bytes.EMPTY, "");
    next.announce().key(100).audio(100).audio(121);
    at.sim.runFor(100 * MS);
    assertThat(listener.sink.ended).isEqualTo(Reason.CODEC);
    assertThat(listener.sink.endedDetail).isEqualTo("the audio is mp3");
    assertThat(listener.text()).isEqualTo("H1;A21;");
    assertThat(viewer.sink.ended).isNull();
    assertThat(viewer.text()).contains("H2;");
  }

  @Test
  void oneWhoGoesOnAfterAPauseIsToldWhatTheStreamHasBecome() {
    Publishing source = at.publish(0, null).announce();
    source.key(0).audio(0);
    Watching listener = at.watch(0, new SoundForm("aac"));
    at.sim.on(at.sim.loop(0), () -> listener.viewer().pause(true));
    source.end();
    Publishing next = at.publish(0, null);
    next.audio = Track.of(1, Track.Kind.AUDIO, Codec.MP3, new Timescale(48_000), Bytes.EMPTY, "");
    next.announce().key(100).audio(100);
    at.sim.runFor(100 * MS);
    assertThat(listener.sink.ended).isNull();
    at.sim.on(at.sim.loop(0), () -> listener.viewer().pause(false));
    assertThat(listener.sink.ended).isEqualTo(Reason.CODEC);
  }

  /** Two of one key are in one feed; each has the last word for itself alone. */
  @Test
  void formsOfOneKeyMayObjectToDifferentThings() {
    Watching choosy = at.watch(1, new ChoosyForm(Codec.H265));
    Watching other = at.watch(1, new ChoosyForm(Codec.MP3));
    Publishing source = at.publish(0, null).announce();
    source.key(0);
    assertThat(choosy.text()).isEqualTo(other.text()).contains("K0;");
    Track changed = Track.of(0, Track.Kind.VIDEO, Codec.H265, Timescale.VIDEO, Bytes.EMPTY, "");
    source.unit(changed, 40, true, 10);
    assertThat(choosy.sink.ended).isEqualTo(Reason.CODEC);
    assertThat(choosy.sink.endedDetail).isEqualTo("there is h265");
    assertThat(other.sink.ended).isNull();
    assertThat(other.text()).endsWith("40;");
  }

  /** Everything in {@link TextForm}'s way, for viewers that cannot bear one codec. */
  private record ChoosyForm(Codec unbearable) implements Form {
    @Override
    public String key() {
      return "text";
    }

    @Override
    public @Nullable String objection(Configuration configuration) {
      return configuration.tracks().stream().anyMatch(track -> track.codec() == unbearable)
          ? "there is " + unbearable.label()
          : null;
    }

    @Override
    public Muxer muxer(long zeroMs) {
      return new TextForm(key()).muxer(zeroMs);
    }
  }

  /** Sound of one codec, in {@link TextForm}'s way. */
  private record SoundForm(String codec) implements Form {
    @Override
    public String key() {
      return "sound/" + codec;
    }

    @Override
    public boolean carries(Track.Kind kind) {
      return kind == Track.Kind.AUDIO;
    }

    @Override
    public @Nullable String objection(Configuration configuration) {
      for (Track track : configuration.tracks()) {
        if (track.kind() == Track.Kind.AUDIO && !track.label().equals(codec)) {
          return "the audio is " + track.label();
        }
      }
      return null;
    }

    @Override
    public Muxer muxer(long zeroMs) {
      Muxer text = new TextForm(key()).muxer(zeroMs);
      return new Muxer() {
        private @Nullable Configuration configured;

        @Override
        public void configure(Configuration configuration) {
          configured = configuration;
        }

        @Override
        public int size(AccessUnit unit) {
          Configuration by = configured;
          if (by == null || !by.tracks().contains(unit.track())) {
            throw new IllegalStateException("not configured for " + unit.track());
          }
          return carries(unit.track().kind()) ? text.size(unit) : 0;
        }

        @Override
        public void write(AccessUnit unit, ByteBuf out) {
          text.write(unit, out);
        }

        @Override
        public void headers(Configuration configuration, long atMs, ByteBuf out) {
          text.headers(configuration, atMs, out);
        }
      };
    }
  }
}
