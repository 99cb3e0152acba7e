package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.hub.Loop;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody gets this server to connect to itself, however its address is written. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class DialerTest {
  private static final AddressGuard STRICT = new AddressGuard(_ -> false);
  private static final long TIMEOUT_NS = 1_000_000_000L;
  private static final int NOW_MS = 50;

  private Vertx vertx;
  private NettyLoops loops;
  private ServerSocket server;

  @BeforeAll
  void start() throws IOException {
    vertx = NettyLoops.vertx(Transport.automatic(), 1);
    loops = TestFront.loops(vertx);
    server = new ServerSocket(0);
    server.setSoTimeout(NOW_MS);
  }

  @AfterAll
  void stop() throws IOException {
    server.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  /** Why there is no connection; {@code connected} when there is one. */
  private String dial(Dialer dialer, String host) {
    var outcome = new CompletableFuture<String>();
    Loop loop = loops.all().getFirst();
    loop.execute(() ->
        dialer.connect(
            host,
            server.getLocalPort(),
            null,
            loop,
            () ->
                new ChannelInboundHandlerAdapter() {
                  @Override
                  public void handlerAdded(ChannelHandlerContext ctx) {
                    ctx.close();
                    outcome.complete("connected");
                  }
                },
            outcome::complete));
    return outcome.orTimeout(20, TimeUnit.SECONDS).join();
  }

  private boolean somebodyCame() throws IOException {
    try {
      server.accept().close();
      return true;
    } catch (SocketTimeoutException nobody) {
      return false;
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "017700000001",
        "127.0.0.1.",
        "0",
        "0.0.0.0",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "::1",
        "[::1]",
        "0:0:0:0:0:0:0:1",
        "::ffff:127.0.0.1",
        "[::ffff:7f00:1]",
        "::127.0.0.1",
        "::",
        "169.254.169.254",
        "2852039166", // the same
        "[fe80::1]",
        "64:ff9b::7f00:1",
        "127.0.0.1%00",
        "127.0.0.1#.example.com",
        "x@127.0.0.1"
      })
  void noSpellingOfThisHostIsConnectedTo(String host) throws Exception {
    var dialer = new Dialer(Transport.automatic(), loops, STRICT, TIMEOUT_NS);
    String outcome = dial(dialer, host);
    assertThat(outcome).isNotEqualTo("connected");
    assertThat(outcome).matches(".*(pull\\.allow|is not known|no address).*");
    assertThat(somebodyCame()).isFalse();
  }

  @Test
  void whatIsAllowedIsConnectedTo() throws Exception {
    var guard = new AddressGuard(InetAddress::isLoopbackAddress);
    var dialer = new Dialer(Transport.automatic(), loops, guard, TIMEOUT_NS);
    assertThat(dial(dialer, "127.0.0.1")).isEqualTo("connected");
    assertThat(somebodyCame()).isTrue();
  }

  /** A name server that says something else each time it is asked (DNS rebinding). */
  @Test
  void whatWasJudgedIsWhatIsConnectedTo() throws Exception {
    var asked = new AtomicInteger();
    InetAddress harmless = InetAddress.ofLiteral("127.0.0.1"); // allowed below
    InetAddress own = InetAddress.ofLiteral("127.0.0.2");
    var guard = new AddressGuard(harmless::equals);
    var dialer =
        new Dialer(
            Transport.automatic(),
            loops,
            guard,
            TIMEOUT_NS,
            _ -> new InetAddress[] {asked.getAndIncrement() == 0 ? harmless : own});
    assertThat(dial(dialer, "changes.example")).isEqualTo("connected");
    assertThat(asked).hasValue(1); // and nobody asks again between judging and connecting
    assertThat(server.accept().getLocalAddress()).isEqualTo(harmless);
    assertThat(dial(dialer, "changes.example")).contains("127.0.0.2 is a loopback address");
    assertThat(somebodyCame()).isFalse();
  }

  /** One good address does not take the others with it. */
  @Test
  void eachAddressOfANameIsJudged() throws Exception {
    InetAddress own = InetAddress.ofLiteral("127.0.0.1");
    var resolved =
        new InetAddress[] {own, InetAddress.ofLiteral("::1"), InetAddress.ofLiteral("0.0.0.0")};
    var dialer =
        new Dialer(Transport.automatic(), loops, STRICT, TIMEOUT_NS, _ -> resolved.clone());
    assertThat(dial(dialer, "mixed.example")).contains("pull.allow");
    assertThat(somebodyCame()).isFalse();
  }
}
