package dev.sluice.endpoint.rtmp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.amf.Amf0;
import dev.sluice.wire.amf.AmfValue;
import dev.sluice.wire.rtmp.ChunkWriter;
import dev.sluice.wire.rtmp.MessageType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A bandwidth check from the connection's first byte to its last. */
class BandCheckEndpointTest {
  private static final long DURATION_MS = 3_000;
  private static final String PLACE = "app...vhost...bandcheck.srs.com...key...";

  /** What 1000 kbit/s are in the duration, in bytes. */
  private static final long FULL = 375_000;

  private final RtmpFixture at = new RtmpFixture("defaults: {latency: 0}");

  @AfterEach
  void close() {
    at.close();
  }

  private RtmpPeer check(String key) {
    return at.player(PLACE + key + "/none");
  }

  private void say(RtmpPeer peer, String what, int fillerBytes) {
    ByteBuf body = Unpooled.buffer();
    Amf0.writeAll(body, AmfValue.of("onSrsBandCheck" + what), AmfValue.of(0), AmfValue.NULL);
    body.writeZero(fillerBytes);
    ByteBuf out = Unpooled.buffer();
    ChunkWriter.write(out, 5, 0, MessageType.COMMAND_AMF0, 0, body.readableBytes() + 1, body);
    peer.feed(out);
    at.pump();
  }

  @Test
  void measuresBothWaysAndCloses() {
    RtmpPeer peer = check("key-for-checks");
    long before = peer.bytesReceived;
    say(peer, "StartingPlayBytes", 0);
    at.pass(DURATION_MS + 20);
    assertThat(peer.bytesReceived - before).isBetween(FULL * 9 / 10, FULL * 11 / 10);
    say(peer, "StoppedPlayBytes", 0);
    say(peer, "StartingPublishBytes", 0);
    say(peer, "Publishing", 50);
    assertThat(peer.isRead()).isTrue();
    at.pass(DURATION_MS + 20);
    assertThat(peer.connected()).isTrue();
    say(peer, "StoppedPublishBytes", 0);
    at.pass(590);
    assertThat(peer.connected()).isTrue();
    at.pass(30);
    assertThat(peer.connected()).isFalse();
    assertThat(at.events).isEmpty();
  }

  @Test
  void whoSendsTooMuchIsNotReadForAWhile() {
    RtmpPeer peer = check("key-for-checks");
    say(peer, "StartingPlayBytes", 0);
    at.pass(DURATION_MS + 20);
    say(peer, "StoppedPlayBytes", 0);
    say(peer, "StartingPublishBytes", 0);
    for (int i = 0; i < 1_000; i++) {
      say(peer, "Publishing", 70);
    }
    assertThat(peer.isRead()).isFalse();
    at.pass(DURATION_MS + 20);
    assertThat(peer.isRead()).isTrue();
  }

  @Test
  void whoTakesNothingHasWaitedForNothing() {
    RtmpPeer peer = check("key-for-checks");
    peer.deaf(true);
    say(peer, "StartingPlayBytes", 0);
    at.pass(3 * DURATION_MS + 100);
    assertThat(at.events).containsExactly("T-1 closed: silent, bandwidth check without an answer");
  }

  @Test
  void theKeyIsNeeded() {
    RtmpPeer peer = check("another-key");
    assertThat(peer.closed).contains("bandcheck key is wrong");
    assertThat(peer.connected()).isFalse();
    assertThat(check("key-for-checks").connected()).as("no turn was taken").isTrue();
  }

  @Test
  void oneAtATime() {
    RtmpPeer first = check("key-for-checks");
    assertThat(first.connected()).isTrue();
    RtmpPeer second = check("key-for-checks");
    assertThat(second.closed).contains("bandcheck rejected");
    at.pass(30_000);
    assertThat(check("key-for-checks").connected()).isTrue();
  }

  @Test
  void othersPlayAsBefore() {
    RtmpPeer peer = at.player("live/a?vhost=other.example&key=key-for-checks");
    assertThat(peer.ready).isTrue();
  }
}
