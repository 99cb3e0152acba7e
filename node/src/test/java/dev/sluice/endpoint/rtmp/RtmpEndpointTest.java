package dev.sluice.endpoint.rtmp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.hub.Admission;
import dev.sluice.hub.Client;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.hub.Visit;
import dev.sluice.media.StreamName;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The glue of engine, demuxer, hub and muxer, against our own client engine. */
class RtmpEndpointTest {
  /** AVCDecoderConfigurationRecord of 64 × 64, main profile, in a sequence header tag body. */
  private static final String AVC_HEADER =
      "1700000000" + "014d400affe100096" + "74d400a96542110c8" + "01000468ee3c80";

  private static final String AAC_HEADER = "af001190";
  private static final String KEY = "1701000000" + "00000004" + "65888400";
  private static final String INTER = "2701000050" + "00000003" + "419a20";
  private static final String SOUND = "af01" + "2110040a";
  private static final int AUDIO = 8;
  private static final int VIDEO = 9;
  private static final int DATA = 18;

  private RtmpFixture at = new RtmpFixture("defaults: {latency: 0}");

  @AfterEach
  void close() {
    at.close();
  }

  private RtmpPeer publishing(String stream) {
    RtmpPeer publisher = at.publisher(stream);
    assertThat(publisher.ready).as("publisher is accepted: " + publisher.closed).isTrue();
    publisher.send(VIDEO, 0, AVC_HEADER);
    publisher.send(AUDIO, 0, AAC_HEADER);
    at.pump();
    return publisher;
  }

  @Test
  void handsOnWhatWasPublishedByteForByteWithItsTimes() {
    RtmpPeer publisher = publishing("live/a");
    RtmpPeer player = at.player("live/a");
    assertThat(player.ready).isTrue();
    publisher.send(VIDEO, 1_000, KEY);
    publisher.send(AUDIO, 1_010, SOUND);
    publisher.send(VIDEO, 1_040, INTER);
    at.pump();
    assertThat(player.received.stream().filter(message -> !message.startsWith("18@")))
        .containsExactly(
            "9@0 " + AVC_HEADER,
            "8@0 " + AAC_HEADER,
            "9@0 " + KEY,
            "8@10 " + SOUND,
            "9@40 " + INTER);
  }

  @Test
  void waitsWithAPlayerForItsPublisherAndKeepsItWhileThatIsAway() {
    RtmpPeer player = at.player("live/a");
    assertThat(player.ready).isTrue();
    RtmpPeer publisher = publishing("live/a");
    publisher.send(VIDEO, 0, KEY);
    at.pump();
    publisher.vanish();
    at.pass(3_000);
    assertThat(player.connected()).isTrue();
    publishing("live/a").send(VIDEO, 0, KEY);
    at.pump();
    assertThat(player.received).endsWith("9@0 " + KEY, "9@3000 " + KEY);
  }

  /** Remembers who comes, and refuses those who want {@code live/closed}. */
  private static final class Door implements Admission {
    final List<Visit> visits = new ArrayList<>();

    @Override
    public void admit(Visit visit, Consumer<@Nullable Reason> answer) {
      visits.add(visit);
      answer.accept(visit.name().path().equals("live/closed") ? Reason.NOBODY : null);
    }

    @Override
    public void publish(
        StreamName name, Client client, Loop loop, Consumer<@Nullable Reason> answer) {
      throw new AssertionError(name);
    }

    @Override
    public void play(StreamName name, Client client, Loop loop, Consumer<@Nullable Reason> answer) {
      throw new AssertionError(name);
    }
  }

  private static List<String> media(RtmpPeer player) {
    return player.received.stream().filter(message -> !message.startsWith("18@")).toList();
  }

  @Test
  void givesAPlayerAnotherStreamWithItsClockGoingOn() {
    at.close();
    var door = new Door();
    at = new RtmpFixture("defaults: {latency: 0}", door);
    RtmpPeer a = publishing("live/a");
    RtmpPeer player = at.player("live/a");
    Visit visit = door.visits.getLast();
    a.send(VIDEO, 1_000, KEY);
    at.pump();
    at.pass(3_000);
    RtmpPeer b = publishing("live/b");
    b.send(VIDEO, 77_000, KEY);
    at.pump();
    player.received.clear();
    assertThat(visit.moveTo(StreamName.parse("live/b"))).isTrue();
    at.pump();
    assertThat(media(player))
        .containsExactly("9@3000 " + AVC_HEADER, "8@3000 " + AAC_HEADER, "9@3000 " + KEY);
    assertThat(at.events).containsExactly("T-2 left: moved");
    assertThat(player.statuses)
        .filteredOn(code -> code.startsWith("NetStream.Play."))
        .as("no end, and Start was taken for an answer each time")
        .containsExactly("NetStream.Play.Reset", "NetStream.Play.Reset");
    assertThat(door.visits.getLast().name()).hasToString("live/b");

    at.pass(1_000);
    b.send(VIDEO, 78_000, INTER);
    at.pump();
    assertThat(player.received.getLast()).isEqualTo("9@4000 " + INTER);
    player.received.clear();
    door.visits.getLast().moveTo(StreamName.parse("live/a"));
    at.pump();
    a.send(VIDEO, 5_000, INTER);
    at.pump();
    assertThat(media(player)).as("not back to where that one's picture began").isEmpty();
    at.pass(1_000);
    a.send(VIDEO, 6_000, KEY);
    at.pump();
    assertThat(media(player))
        .as("headers and all")
        .containsExactly("9@5000 " + AVC_HEADER, "8@5000 " + AAC_HEADER, "9@5000 " + KEY);
    assertThat(player.connected()).isTrue();
  }

  @Test
  void asksAgainAboutAPlayerWhoIsGivenAnotherStream() {
    at.close();
    var door = new Door();
    at = new RtmpFixture("", door);
    publishing("live/a").send(VIDEO, 0, KEY);
    RtmpPeer player = at.player("live/a");
    door.visits.getLast().moveTo(StreamName.parse("live/closed"));
    at.pump();
    assertThat(player.closed).contains(Reason.NOBODY.text());
    at.pass(3_000);
    assertThat(player.connected()).isFalse();
  }

  @Test
  void givesAPlayerThatWaitsAnotherStream() {
    at.close();
    var door = new Door();
    at = new RtmpFixture("defaults: {latency: 0}", door);
    RtmpPeer player = at.player("live/a");
    door.visits.getLast().moveTo(StreamName.parse("live/b"));
    at.pass(1_000);
    publishing("live/b").send(VIDEO, 0, KEY);
    at.pump();
    assertThat(media(player).getLast()).isEqualTo("9@0 " + KEY);
    RtmpPeer publisher = at.publisher("live/c");
    assertThat(door.visits.getLast().moveTo(StreamName.parse("live/d"))).isFalse();
    assertThat(publisher.connected()).isTrue();
  }

  @Test
  void endsThePlayersWhenNobodyComesBack() {
    RtmpPeer publisher = publishing("live/a");
    RtmpPeer player = at.player("live/a");
    publisher.send(VIDEO, 0, KEY);
    at.pump();
    publisher.vanish();
    at.pass(10_010);
    assertThat(player.statuses).containsSubsequence("NetStream.Play.UnpublishNotify");
    assertThat(player.connected()).isFalse();
    assertThat(at.hub.streams()).isEmpty();
  }

  @Test
  void tellsWhereAConnectionIsAndWhatWentThroughIt() {
    RtmpPeer publisher = at.publisher("live/a?token=secret");
    publisher.send(VIDEO, 0, AVC_HEADER);
    at.pump();
    RtmpPeer player = at.player("live/a");
    publisher.send(VIDEO, 1_000, KEY);
    at.pump();
    assertThat(at.places).containsExactly("T-1 at live", "T-2 at live");
    player.vanish();
    publisher.vanish();
    at.pass(10);
    assertThat(at.places).hasSize(4);
    assertThat(at.places.get(2))
        .isEqualTo("T-2 gone from live: %d, %d".formatted(player.bytesSent, player.bytesReceived));
    assertThat(at.places.get(3))
        .isEqualTo(
            "T-1 gone from live: %d, %d".formatted(publisher.bytesSent, publisher.bytesReceived));
  }

  @Test
  void refusesInTheWordsOfTheProtocol() {
    publishing("live/a").send(VIDEO, 0, KEY);
    at.pump();
    assertThat(at.publisher("live/a").closed).contains("NetStream.Publish.BadName");
    assertThat(at.publisher("live/b?token=wrong").closed).contains("NetStream.Publish.Denied");
    assertThat(at.publisher("api/v1").closed)
        .contains("NetStream.Publish.BadName")
        .contains("reserved");
    assertThat(at.player("live/a%20b").closed).contains("name");
  }

  @Test
  void refusesAPlayerWhenNobodyPublishesAndNobodyMayWait() {
    at.close();
    at = new RtmpFixture("defaults: {playBeforePublish: refuse}");
    RtmpPeer player = at.player("live/a");
    assertThat(player.closed).contains("NetStream.Play.StreamNotFound");
    assertThat(player.connected()).isFalse();
  }

  @Test
  void doesNotReadAPublisherThatRunsAhead() {
    RtmpPeer publisher = publishing("live/a");
    publisher.send(VIDEO, 0, KEY);
    publisher.send(VIDEO, 5_000, INTER);
    at.pump();
    assertThat(publisher.isRead()).isFalse();
    at.pass(2_000);
    assertThat(publisher.isRead()).isTrue();
  }

  @Test
  void closesWhoDoesNotSpeakTheProtocolAndNobodyElse() {
    RtmpPeer publisher = publishing("live/a");
    RtmpPeer player = at.player("live/a");
    RtmpPeer stranger = at.player("live/a");
    stranger.feed(Unpooled.wrappedBuffer(new byte[] {(byte) 0xFF, 1, 2, 3, 4, 5, 6, 7}));
    stranger.feed(Unpooled.wrappedBuffer(new byte[100_000]));
    at.pump();
    assertThat(stranger.connected()).isFalse();
    publisher.send(VIDEO, 0, KEY);
    at.pump();
    assertThat(player.received).endsWith("9@0 " + KEY);
    assertThat(List.of(player.connected(), publisher.connected())).containsOnly(true);
  }

  @Test
  void saysOfWhoFellSilentThatItFellSilent() {
    RtmpPeer publisher = publishing("live/a");
    RtmpPeer player = at.player("live/a");
    publisher.send(VIDEO, 0, KEY);
    at.pump();
    at.pass(4_990);
    assertThat(at.events).isEmpty();
    at.pass(10);
    assertThat(at.events)
        .containsExactly(
            "T-1 closed: silent, publisher was silent for 5000 ms", "T-1 lost: silent");
    assertThat(publisher.connected()).isFalse();
    assertThat(player.connected()).isTrue();
  }

  @Test
  void saysOfWhoBrokeTheProtocolThatItDid() {
    RtmpPeer publisher = publishing("live/a");
    RtmpPeer player = at.player("live/a");
    publisher.send(VIDEO, 0, KEY);
    at.pump();
    byte[] chunkSizeZero = {2, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0, 0, 0, 0, 0};
    player.feed(Unpooled.wrappedBuffer(chunkSizeZero));
    publisher.feed(Unpooled.wrappedBuffer(chunkSizeZero));
    at.pump();
    assertThat(at.events).hasSize(4);
    assertThat(at.events.get(0)).startsWith("T-2 closed: malformed, ");
    assertThat(at.events.get(1)).isEqualTo("T-2 left: malformed");
    assertThat(at.events.get(2)).startsWith("T-1 closed: malformed, ");
    assertThat(at.events.get(3)).isEqualTo("T-1 lost: malformed");
  }

  @Test
  void handsMetadataThatChangesToThePlayersThatAreThere() {
    RtmpPeer publisher = publishing("live/a");
    publisher.send(DATA, 0, metadata("3FF0000000000000"));
    RtmpPeer player = at.player("live/a");
    publisher.send(VIDEO, 0, KEY);
    at.pass(2_000);
    int before = player.received.size();
    publisher.send(DATA, 1_990, metadata("4000000000000000"));
    publisher.send(VIDEO, 2_000, INTER);
    at.pass(100);
    List<String> after = player.received.subList(before, player.received.size());
    assertThat(after).hasSize(2);
    assertThat(after.get(0)).startsWith("18@0 ").containsIgnoringCase("004000000000000000");
    assertThat(after.get(1)).isEqualTo("9@2000 " + INTER);
  }

  /** {@code onMetaData} with a number that no decoder knows better. */
  private static String metadata(String delay) {
    return "02000a6f6e4d65746144617461" + "03" + "000564656c6179" + "00" + delay + "000009";
  }
}
