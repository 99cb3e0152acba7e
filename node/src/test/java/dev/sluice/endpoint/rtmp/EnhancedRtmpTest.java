package dev.sluice.endpoint.rtmp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.session.rtmp.Capabilities;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Codecs by FourCC and several tracks, from publisher to players of all kinds. */
class EnhancedRtmpTest {
  private static final int AUDIO = 8;
  private static final int VIDEO = 9;

  private static final String AVCC = "014d400affe100096" + "74d400a96542110c8" + "01000468ee3c80";
  private static final String AVC_HEADER = "1700000000" + AVCC;
  private static final String KEY = "1701000000" + "00000004" + "65888400";
  private static final String SECOND_HEADER = "9600" + "61766331" + "01" + AVCC;
  private static final String SECOND_KEY =
      "9601" + "61766331" + "01" + "000000" + "00000004" + "65888400";
  private static final String AAC_HEADER = "af001190";
  private static final String SOUND = "af012110";

  /** A codec that nobody here understands, and that has a FourCC. */
  private static final String VVC_HEADER = "90" + "76766331" + "aa";

  private static final String VVC_KEY = "91" + "76766331" + "000000" + "bb";

  private static final Capabilities ANY = new Capabilities(List.of("*"), Map.of(), Map.of(), 0);
  private static final Capabilities MANY =
      new Capabilities(List.of(), Map.of("*", 1), Map.of("*", 1), Capabilities.MULTITRACK);

  private final RtmpFixture at = new RtmpFixture("defaults: {latency: 0}");

  @AfterEach
  void close() {
    at.close();
  }

  private static List<String> media(RtmpPeer player) {
    return player.received.stream().filter(message -> !message.startsWith("18@")).toList();
  }

  @Test
  void theServerSaysWhatItHandsOn() {
    assertThat(at.player("live/a").serverCapabilities().isEmpty()).isTrue();
    Capabilities server = at.player("live/a", ANY).serverCapabilities();
    assertThat(server.takesVideo("av01")).isTrue();
    assertThat(server.takesAudio("Opus")).isTrue();
    assertThat(server.has(Capabilities.MULTITRACK | Capabilities.RECONNECTS)).isTrue();
  }

  @Test
  void playersOfManyTracksGetAllAndOthersTheDefaultOnes() {
    RtmpPeer publisher = at.publisher("live/a");
    publisher.send(VIDEO, 0, AVC_HEADER);
    publisher.send(VIDEO, 0, SECOND_HEADER);
    publisher.send(AUDIO, 0, AAC_HEADER);
    RtmpPeer legacy = at.player("live/a");
    RtmpPeer fourCc = at.player("live/a", ANY);
    RtmpPeer many = at.player("live/a", MANY);
    publisher.send(VIDEO, 0, KEY);
    publisher.send(VIDEO, 0, SECOND_KEY);
    publisher.send(AUDIO, 0, SOUND);
    publisher.send(VIDEO, 40, KEY);
    at.pass(100);
    String[] defaults = {
      "9@0 " + AVC_HEADER, "8@0 " + AAC_HEADER, "9@0 " + KEY, "8@0 " + SOUND, "9@40 " + KEY
    };
    assertThat(media(legacy)).containsExactly(defaults);
    assertThat(media(fourCc)).containsExactly(defaults);
    assertThat(media(many))
        .containsExactly(
            "9@0 " + AVC_HEADER,
            "9@0 " + SECOND_HEADER,
            "8@0 " + AAC_HEADER,
            "9@0 " + KEY,
            "9@0 " + SECOND_KEY,
            "8@0 " + SOUND,
            "9@40 " + KEY);
  }

  @Test
  void numbersOfTracksOutliveTheirPublisher() {
    RtmpPeer many = at.player("live/a", MANY);
    for (int i = 0; i < 2; i++) {
      RtmpPeer publisher = at.publisher("live/a");
      if (i == 1) {
        publisher.send(VIDEO, 0, SECOND_HEADER); // another order
      }
      publisher.send(VIDEO, 0, AVC_HEADER);
      publisher.send(VIDEO, 0, SECOND_HEADER);
      publisher.send(VIDEO, 0, KEY);
      publisher.send(VIDEO, 0, SECOND_KEY);
      publisher.send(VIDEO, 40, KEY);
      at.pass(100);
      publisher.vanish();
      at.pass(1_000);
    }
    assertThat(media(many).stream().filter(message -> message.contains(AVCC))).hasSize(2);
    assertThat(media(many).stream().filter(message -> message.contains(" 9601"))).hasSize(2);
  }

  private RtmpPeer publishVvc() {
    RtmpPeer publisher = at.publisher("live/a");
    publisher.send(VIDEO, 0, VVC_HEADER);
    publisher.send(VIDEO, 0, VVC_KEY);
    at.pass(100);
    return publisher;
  }

  @Test
  void aPlayerIsToldWhichCodecStandsInTheWay() {
    publishVvc();
    RtmpPeer legacy = at.player("live/a");
    assertThat(legacy.closed)
        .contains("NetStream.Play.NoSupportedTrackFound", "vvc1 needs the FourCC form");
    RtmpPeer other = at.player("live/a", new Capabilities(List.of("av01"), Map.of(), Map.of(), 0));
    assertThat(other.closed).contains("the player does not announce vvc1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"vvc1", "*"})
  void whoAnnouncesTheCodecIsGivenIt(String fourCc) {
    RtmpPeer publisher = publishVvc();
    RtmpPeer player = at.player("live/a", new Capabilities(List.of(fourCc), Map.of(), Map.of(), 0));
    publisher.send(VIDEO, 40, VVC_KEY);
    at.pass(100);
    assertThat(media(player))
        .containsExactly("9@0 " + VVC_HEADER, "9@0 " + VVC_KEY, "9@40 " + VVC_KEY);
  }

  @Test
  void theAddressMaySayWhatThePlayerDoesNot() {
    RtmpPeer publisher = publishVvc();
    RtmpPeer player = at.player("live/a?dialect=fourcc");
    publisher.send(VIDEO, 40, VVC_KEY);
    at.pass(100);
    assertThat(media(player)).hasSize(3);
    assertThat(at.player("live/a?dialect=legacy", ANY).closed).contains("vvc1");
    assertThat(at.player("live/a?dialect=new").statuses).isEmpty();
    assertThat(at.player("live/a?dialect=new").closed).contains("none of legacy");
  }

  @Test
  void aCodecThatComesLaterEndsThoseWhoCannotHaveIt() {
    RtmpPeer waiting = at.player("live/a");
    RtmpPeer able = at.player("live/a", ANY);
    RtmpPeer publisher = at.publisher("live/a");
    publisher.send(VIDEO, 0, AVC_HEADER);
    publisher.send(VIDEO, 0, KEY);
    at.pass(100);
    assertThat(media(waiting)).hasSize(2);
    publisher.send(VIDEO, 40, VVC_HEADER);
    publisher.send(VIDEO, 40, VVC_KEY);
    at.pass(100);
    assertThat(waiting.closed).contains("vvc1 needs the FourCC form");
    assertThat(media(able)).endsWith("9@40 " + VVC_HEADER, "9@40 " + VVC_KEY);
    assertThat(at.events).contains("T-1 left: codec");
  }

  @Test
  void clientsThatCanAreAskedToConnectAnew() {
    RtmpPeer able =
        at.player(
            "live/a", new Capabilities(List.of(), Map.of(), Map.of(), Capabilities.RECONNECTS));
    RtmpPeer other = at.player("live/a");
    assertThat(at.service.connections()).hasSize(2);
    at.service
        .connections()
        .forEach(each -> at.sim.on(each.loop(), () -> each.askToReconnect("Moving.")));
    assertThat(at.service.connections().stream().filter(RtmpConnectionHandler::askedToReconnect))
        .hasSize(1);
    at.pump();
    assertThat(able.redirected).isEqualTo("rtmp://localhost/live");
    assertThat(other.redirected).isNull();
    assertThat(other.connected()).isTrue();
  }
}
