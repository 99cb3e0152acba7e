package dev.sluice.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.media.TrackEpoch.Change;
import dev.sluice.media.TrackEpoch.Change.What;
import dev.sluice.media.TrackEpoch.Rule;
import dev.sluice.testkit.Seeds;
import dev.sluice.wire.Bytes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrackEpochTest {
  private static final long LATE_NS = TrackEpoch.OPEN_NS;
  private static final Track VIDEO = video(0, Codec.H264);
  private static final Track AUDIO = audio(1, "");

  private final TrackEpoch fixed = new TrackEpoch(Rule.FIXED);
  private final TrackEpoch follows = new TrackEpoch(Rule.FOLLOW);

  private static Track video(int id, Codec codec) {
    return Track.of(id, Track.Kind.VIDEO, codec, Timescale.VIDEO, Bytes.EMPTY, "");
  }

  private static Track audio(int id, String language) {
    return Track.of(id, Track.Kind.AUDIO, Codec.AAC, new Timescale(48_000), Bytes.EMPTY, language);
  }

  private static Track data(int id, Codec codec) {
    return Track.of(id, Track.Kind.DATA, codec, Timescale.MILLIS, Bytes.EMPTY, "");
  }

  private static int idIn(TrackEpoch epoch, Track of) {
    return Objects.requireNonNull(epoch.admit(of, LATE_NS)).id();
  }

  @Test
  void theFirstSourcesTracksAreTheStreams() {
    fixed.begin(List.of(AUDIO, VIDEO), 0);
    assertThat(fixed.tracks()).containsExactly(VIDEO, AUDIO);
    assertThat(fixed.changes()).isEmpty();
    assertThat(fixed.admit(AUDIO, LATE_NS)).isSameAs(AUDIO);
    assertThat(fixed.lacking()).isEmpty();
  }

  @Test
  void theNextSourceMayNumberItsTracksAsItLikes() {
    fixed.begin(List.of(VIDEO, AUDIO), 0);
    fixed.begin(List.of(audio(0, ""), video(7, Codec.H265)), LATE_NS);
    assertThat(fixed.changes()).isEmpty();
    assertThat(fixed.admit(audio(0, ""), LATE_NS)).isEqualTo(AUDIO);
    assertThat(fixed.admit(video(7, Codec.H265), LATE_NS)).isEqualTo(video(0, Codec.H265));
    assertThat(fixed.tracks()).containsExactly(video(0, Codec.H265), AUDIO);
  }

  @Test
  void aChangedConfigurationIsTheSameTrack() {
    fixed.begin(List.of(VIDEO), 0);
    Track changed =
        Track.of(0, Track.Kind.VIDEO, Codec.H264, Timescale.VIDEO, Bytes.ofHex("01"), "");
    assertThat(fixed.admit(changed, LATE_NS)).isSameAs(changed);
    assertThat(fixed.tracks()).containsExactly(changed);
    assertThat(fixed.changes()).isEmpty();
  }

  @Test
  void aTrackThatTheSourceLacksStaysAsAGap() {
    fixed.begin(List.of(VIDEO, AUDIO), 0);
    fixed.begin(List.of(VIDEO), LATE_NS);
    assertThat(fixed.tracks()).containsExactly(VIDEO, AUDIO);
    assertThat(fixed.changes()).containsExactly(new Change(What.LACKED, AUDIO));
    assertThat(fixed.lacking()).containsExactly(1);
    assertThat(fixed.admit(audio(5, ""), LATE_NS)).isEqualTo(AUDIO); // it has it after all
    assertThat(fixed.lacking()).isEmpty();
  }

  @Test
  void aTrackTooManyIsTakenInAtFirstAndCutLater() {
    fixed.begin(List.of(VIDEO), 1_000);
    assertThat(fixed.admit(AUDIO, 1_000 + LATE_NS - 1)).isEqualTo(AUDIO);
    assertThat(fixed.admit(audio(2, ""), 1_000 + LATE_NS)).isNull();
    assertThat(fixed.changes()).containsExactly(new Change(What.CUT, audio(2, "")));
    assertThat(fixed.admit(audio(2, ""), 1_000 + LATE_NS)).isNull();
    assertThat(fixed.changes()).as("told once").isEmpty();
    assertThat(fixed.tracks()).containsExactly(VIDEO, AUDIO);
  }

  @Test
  void aSourceWithMoreIsCutToTheKnownTracks() {
    fixed.begin(List.of(VIDEO), 0);
    fixed.begin(List.of(VIDEO, AUDIO), LATE_NS);
    assertThat(fixed.tracks()).containsExactly(VIDEO);
    assertThat(fixed.changes()).containsExactly(new Change(What.CUT, AUDIO));
    assertThat(fixed.admit(AUDIO, LATE_NS)).isNull();
    assertThat(fixed.admit(VIDEO, LATE_NS)).isEqualTo(VIDEO);
  }

  @Test
  void aStreamThatFollowsHasTheTracksOfItsSource() {
    follows.begin(List.of(VIDEO), 0);
    assertThat(follows.admit(AUDIO, LATE_NS)).isEqualTo(AUDIO);
    Track second = audio(2, "fra");
    follows.begin(List.of(AUDIO, second), LATE_NS);
    assertThat(follows.tracks()).containsExactly(AUDIO, second);
    assertThat(follows.changes()).containsExactly(new Change(What.GONE, VIDEO));
    assertThat(follows.lacking()).isEmpty();
  }

  @Test
  void languagesFindOneAnother() {
    fixed.begin(List.of(audio(1, "eng"), audio(2, "fra"), audio(3, "")), 0);
    fixed.begin(List.of(audio(1, "fra"), audio(2, "eng"), audio(9, "deu")), LATE_NS);
    assertThat(idIn(fixed, audio(1, "fra"))).isEqualTo(2);
    assertThat(idIn(fixed, audio(2, "eng"))).isEqualTo(1);
    assertThat(idIn(fixed, audio(9, "deu"))).as("takes the one of unknown language").isEqualTo(3);
  }

  @Test
  void ofTwoAlikeTheFirstIsTheFirst() {
    fixed.begin(List.of(audio(1, ""), audio(2, "")), 0);
    fixed.begin(List.of(audio(4, ""), audio(3, "")), LATE_NS);
    assertThat(idIn(fixed, audio(3, ""))).isEqualTo(1);
    assertThat(idIn(fixed, audio(4, ""))).isEqualTo(2);
  }

  @Test
  void dataGoOnAsTheSameCodecOnly() {
    fixed.begin(List.of(data(3, Codec.SCTE35)), 0);
    fixed.begin(List.of(data(3, Codec.ID3), data(4, Codec.SCTE35)), LATE_NS);
    assertThat(fixed.admit(data(3, Codec.ID3), LATE_NS)).isNull();
    assertThat(idIn(fixed, data(4, Codec.SCTE35))).isEqualTo(3);
  }

  @Test
  void amfMessagesPassAndAreNoTrack() {
    Track messages = data(2, Codec.AMF_DATA);
    fixed.begin(List.of(VIDEO, messages), 0);
    assertThat(fixed.tracks()).containsExactly(VIDEO);
    assertThat(fixed.admit(messages, LATE_NS)).isSameAs(messages);
  }

  @Test
  void anIdThatIsTakenBecomesTheNextFreeOne() {
    follows.begin(List.of(data(255, Codec.SCTE35), data(0, Codec.KLV)), 0);
    assertThat(idIn(follows, data(3, Codec.ID3))).isEqualTo(3);
    follows.begin(List.of(data(1, Codec.SCTE35), data(2, Codec.KLV)), 0);
    assertThat(idIn(follows, data(255, Codec.ID3))).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Rule.class)
  void thereIsALimit(Rule rule) {
    var epoch = new TrackEpoch(rule);
    List<Track> many = new ArrayList<>();
    for (int id = 0; id <= TrackEpoch.MAX_TRACKS; id++) {
      many.add(audio(id, ""));
    }
    epoch.begin(many, 0);
    assertThat(epoch.tracks()).hasSize(TrackEpoch.MAX_TRACKS);
    assertThat(epoch.changes()).containsExactly(new Change(What.CUT, many.getLast()));
  }

  /** Whatever comes: ids are unique, no two tracks of a source meet, kinds stay. */
  @ParameterizedTest
  @EnumSource(Rule.class)
  void tracksNeverMeet(Rule rule) {
    Seeds.run(
        200,
        random -> {
          var epoch = new TrackEpoch(rule);
          List<Track> before = List.of();
          for (int source = 0; source < 6; source++) {
            List<Track> tracks = new ArrayList<>();
            for (int id = random.nextInt(4); id < 12; id += 1 + random.nextInt(5)) {
              tracks.add(
                  switch (random.nextInt(3)) {
                    case 0 -> video(id, random.nextBoolean() ? Codec.H264 : Codec.AV1);
                    case 1 -> audio(id, random.nextBoolean() ? "eng" : "");
                    default -> data(id, Codec.ID3);
                  });
            }
            int announced = random.nextInt(tracks.size() + 1);
            epoch.begin(tracks.subList(0, announced), source * 2_000_000_000L);
            Set<Integer> ids = new HashSet<>();
            for (Track track : tracks) {
              @Nullable Track as = epoch.admit(track, source * 2_000_000_000L);
              if (as == null) {
                assertThat(rule).isEqualTo(Rule.FIXED);
                continue;
              }
              assertThat(ids.add(as.id())).isTrue();
              assertThat(as.kind()).isEqualTo(track.kind());
              assertThat(as.codec()).isEqualTo(track.codec());
              assertThat(epoch.tracks()).contains(as);
            }
            assertThat(epoch.tracks()).extracting(Track::id).doesNotHaveDuplicates();
            if (rule == Rule.FIXED) {
              List<Integer> now = epoch.tracks().stream().map(Track::id).toList();
              assertThat(now).containsAll(before.stream().map(Track::id).toList());
            }
            before = epoch.tracks();
          }
        });
  }

  @Test
  void changesAreSentences() {
    assertThat(new Change(What.LACKED, AUDIO))
        .hasToString("the source has no audio track 1 (aac); it stays as a gap");
    assertThat(new Change(What.GONE, VIDEO))
        .hasToString("the source has no video track 0 (h264); the stream has it no longer");
    assertThat(new Change(What.CUT, audio(2, "fra")))
        .hasToString(
            "the source's audio track 2 (aac, fra) is not the stream's; cut (tracks: follow lets it"
                + " in)");
  }
}
