package dev.sluice.session.rtmp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.session.rtmp.ServerOutput.ConnectRequested;
import dev.sluice.testkit.Seeds;
import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.amf.AmfValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the two ends of a connection tell each other of Enhanced RTMP. */
class CapabilitiesTest {
  private static final Capabilities OURS =
      new Capabilities(List.of("hvc1"), Map.of("*", Capabilities.FORWARDS), Map.of("Opus", 7), 15);

  @Test
  void whoeverSaysNothingIsOfTheOldKind() {
    Capabilities none = Capabilities.of(AmfProperties.builder().put("app", "live").build());
    assertThat(none).isEqualTo(Capabilities.NONE);
    assertThat(none.isEmpty()).isTrue();
    assertThat(none.takesVideo("hvc1")).isFalse();
    assertThat(none.has(Capabilities.RECONNECTS)).isFalse();
  }

  @ParameterizedTest(name = "list {0}, map {1}: {2} is taken: {3}")
  @CsvSource(
      delimiter = '|',
      value = {
        "hvc1 av01 | ''     | av01 | true",
        "hvc1 av01 | ''     | vp09 | false",
        "*         | ''     | vp09 | true",
        "''        | vp09=1 | vp09 | true",
        "''        | vp09=4 | vp09 | true",
        "''        | vp09=2 | vp09 | false", // encodes it, and wants none
        "''        | *=1    | vp09 | true",
        "''        | *=1 vp09=2 | vp09 | true",
        "vp09      | vp09=2 | vp09 | false", // the map knows better
        "vp09      | av01=1 | vp09 | true",
      })
  void takes(String list, String map, String fourCc, boolean taken) {
    Map<String, Integer> codecs = new LinkedHashMap<>();
    for (String entry : map.isEmpty() ? new String[0] : map.split(" ")) {
      codecs.put(entry.split("=")[0], Integer.parseInt(entry.split("=")[1]));
    }
    List<String> fourCcs = list.isEmpty() ? List.of() : List.of(list.split(" "));
    assertThat(new Capabilities(fourCcs, codecs, Map.of(), 0).takesVideo(fourCc)).isEqualTo(taken);
    assertThat(new Capabilities(fourCcs, Map.of(), codecs, 0).takesAudio(fourCc)).isEqualTo(taken);
  }

  @Test
  void whatIsWrittenIsRead() {
    Seeds.run(
        200,
        random -> {
          List<String> fourCcs = new ArrayList<>();
          random.ints(random.nextInt(5), 1000, 9999).forEach(i -> fourCcs.add("" + i));
          var capabilities =
              new Capabilities(fourCcs, codecs(random), codecs(random), random.nextInt(16));
          AmfProperties.Builder object = AmfProperties.builder();
          capabilities.addTo(object);
          assertThat(Capabilities.of(object.build())).isEqualTo(capabilities);
        });
  }

  private static Map<String, Integer> codecs(RandomGenerator random) {
    Map<String, Integer> codecs = new LinkedHashMap<>();
    random.ints(random.nextInt(5), 1000, 9999).forEach(i -> codecs.put("" + i, i & 7));
    return codecs;
  }

  @Test
  void whatIsOfAnotherTypeSaysNothing() {
    AmfProperties strange =
        AmfProperties.builder()
            .put("fourCcList", "hvc1")
            .put("videoFourCcInfoMap", new AmfValue.StrictArray(List.of(AmfValue.of("av01"))))
            .put("audioFourCcInfoMap", AmfProperties.builder().put("Opus", "x").object())
            .put("capsEx", AmfValue.NULL)
            .build();
    Capabilities read = Capabilities.of(strange);
    assertThat(read).isEqualTo(new Capabilities(List.of(), Map.of(), Map.of("Opus", 0), 0));
    assertThat(read.takesAudio("Opus")).isFalse();
    assertThat(Capabilities.of(AmfProperties.builder().put("capsEx", Double.NaN).build()).isEmpty())
        .isTrue();
  }

  @Test
  void listsAreLimited() {
    List<AmfValue> list = new ArrayList<>();
    AmfProperties.Builder map = AmfProperties.builder();
    for (int i = 0; i < 2 * Capabilities.MAX_CODECS; i++) {
      list.add(AmfValue.of("%04d".formatted(i)));
      list.add(AmfValue.of("no FourCC"));
      map.put("%04d".formatted(i), 1).put("longer" + i, 1);
    }
    Capabilities read =
        Capabilities.of(
            AmfProperties.builder()
                .put("fourCcList", new AmfValue.StrictArray(list))
                .put("videoFourCcInfoMap", map.object())
                .put("audioFourCcInfoMap", map.object())
                .build());
    assertThat(read.fourCcs()).hasSize(Capabilities.MAX_CODECS).startsWith("0000", "0001");
    assertThat(read.video()).hasSize(Capabilities.MAX_CODECS);
    assertThat(read.audio()).hasSize(Capabilities.MAX_CODECS);
  }

  @Test
  void theAnswerSaysWhatThisEndCanDo() {
    Peer peer = connecting(new Capabilities(List.of("av01"), Map.of(), Map.of(), 0));
    peer.session.acceptConnect(OURS, AmfProperties.EMPTY, peer.nowNs);
    assertThat(peer.drain().heard())
        .anyMatch(text ->
            text.contains(
                "mode: 1, fourCcList: StrictArray[items=[Str[value=hvc1]]], videoFourCcInfoMap: {*: 4},"
                    + " audioFourCcInfoMap: {Opus: 7}, capsEx: 15}"));
    assertThat(peer.end()).isZero();
  }

  @Test
  void clientsThatCanAreAskedToReconnect() {
    Peer peer = connecting(new Capabilities(List.of(), Map.of(), Map.of(), 1));
    assertThat(peer.session.requestReconnect(null, "too early")).isTrue();
    peer.session.acceptConnect(OURS, AmfProperties.EMPTY, peer.nowNs);
    peer.drain().heard();
    assertThat(peer.session.requestReconnect("rtmp://b/live", "Moving.")).isTrue();
    assertThat(peer.drain().heard())
        .containsExactly(
            "3/0 onStatus 0 null {level: status, code: NetConnection.Connect.ReconnectRequest,"
                + " description: Moving., tcUrl: rtmp://b/live}");
    peer.session.close("done");
    assertThat(peer.session.requestReconnect(null, "too late")).isFalse();
    assertThat(peer.end()).isZero();
  }

  @Test
  void otherClientsAreLeftInPeace() {
    Peer peer = connecting(new Capabilities(List.of("*"), Map.of(), Map.of(), 14));
    peer.session.acceptConnect(OURS, AmfProperties.EMPTY, peer.nowNs);
    peer.drain().heard();
    assertThat(peer.session.requestReconnect(null, "Moving.")).isFalse();
    assertThat(peer.drain().heard()).isEmpty();
    assertThat(peer.end()).isZero();
  }

  private static Peer connecting(Capabilities capabilities) {
    Peer peer = new Peer();
    peer.handshake();
    AmfProperties.Builder object =
        AmfProperties.builder().put("app", "live").put("tcUrl", "rtmp://localhost/live");
    capabilities.addTo(object);
    peer.command("connect", 1, object.object());
    assertThat(peer.output(ConnectRequested.class).capabilities()).isEqualTo(capabilities);
    return peer;
  }
}
