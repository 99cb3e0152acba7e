package dev.sluice.cluster;

import dev.sluice.hub.Loop;
import dev.sluice.hub.UtcClock;
import dev.sluice.net.Dialer;
import dev.sluice.net.HttpCall;
import dev.sluice.session.link.LinkProof;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A node that is asked over the link: proves each request, and has each answer proved. */
public final class LinkPeer {
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  /** Of what a node says to a refusal, so much is told on. */
  private static final int MAX_REFUSAL_BYTES = 400;

  private static final long NS_PER_MS = 1_000_000;

  private final HttpCall.Target target;
  private final Bytes key;
  private final Dialer dialer;
  private final RandomGenerator random;
  private final UtcClock utc;

  /**
   * A peer.
   *
   * @param key of the cluster
   * @param random of cryptographic quality; must bear use by several threads
   * @param utc the clock; called on any loop
   */
  public LinkPeer(
      HttpCall.Target target, Bytes key, Dialer dialer, RandomGenerator random, UtcClock utc) {
    this.target = target;
    this.key = key;
    this.dialer = dialer;
    this.random = random;
    this.utc = utc;
  }

  /** Takes the body of an answer that is what was asked for, and proved. */
  interface Receiver {
    /** The peer answers: the body follows. */
    default void begun() {}

    /** Some of the body; borrowed. */
    void body(ByteBuf bytes);

    /** All that came at once has been handed on. */
    default void pause() {}

    /** It is over; null when the body is whole, else why, a phrase. Nothing more is told. */
    void over(@Nullable String why);
  }

  HttpCall.Target target() {
    return target;
  }

  /** Asks for a path, on the caller's loop. */
  HttpCall ask(String path, Loop loop, Receiver receiver) {
    long nowMs = utc.utcNs(loop.nowNs()) / NS_PER_MS;
    LinkProof proof = LinkProof.of(key, target.authority(), "GET", path, nowMs, nonce());
    Map<String, String> headers =
        Map.of("Authorization", proof.write(), "User-Agent", "Sluice-Link/1");
    return HttpCall.start(dialer, target, path, headers, loop, new Checking(proof, receiver));
  }

  private String nonce() {
    var text = new StringBuilder(LinkProof.NONCE_CHARS);
    for (int i = 0; i < LinkProof.NONCE_CHARS; i++) {
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return text.toString();
  }

  /** Lets an answer pass that is one. */
  private final class Checking implements HttpCall.Receiver {
    private final LinkProof proof;
    private final Receiver to;
    private final StringBuilder refusal = new StringBuilder();
    private int status;

    Checking(LinkProof proof, Receiver to) {
      this.proof = proof;
      this.to = to;
    }

    @Override
    public boolean head(int code, HttpHeaders headers) {
      status = code;
      if (code != 200) {
        return true; // what it says follows
      }
      if (!proof.isAnsweredBy(key, code, headers.get("Sluice-Link-Answer"))) {
        to.over("the answer was not made with this cluster's key");
        return false;
      }
      to.begun();
      return true;
    }

    @Override
    public void body(ByteBuf bytes) {
      if (status == 200) {
        to.body(bytes);
      } else if (refusal.length() < MAX_REFUSAL_BYTES) {
        int length = Math.min(bytes.readableBytes(), MAX_REFUSAL_BYTES - refusal.length());
        refusal.append(
            bytes
                .toString(bytes.readerIndex(), length, StandardCharsets.UTF_8)
                .replaceAll("\\p{Cntrl}", " "));
      }
    }

    @Override
    public void pause() {
      if (status == 200) {
        to.pause();
      }
    }

    @Override
    public void over(@Nullable String why) {
      boolean refused = status != 0 && status != 200;
      to.over(refused ? "the source answers %d: %s".formatted(status, refusal) : why);
    }
  }
}
