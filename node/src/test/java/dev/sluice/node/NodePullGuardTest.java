package dev.sluice.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.hub.LiveStream;
import dev.sluice.media.StreamName;
import dev.sluice.session.rtmp.RtmpServerSession;
import dev.sluice.session.rtmp.RtmpServerSettings;
import dev.sluice.session.rtmp.Send;
import dev.sluice.session.rtmp.ServerOutput;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that sends who pulls from it elsewhere does not get him to connect to himself. */
@Timeout(60)
class NodePullGuardTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final InetAddress OWN = InetAddress.ofLiteral("127.0.0.1");
  private static final InetAddress ALLOWED = InetAddress.ofLiteral("127.0.0.2");

  /** Talks RTMP until {@code connect}, and answers it with another address. */
  private static void redirect(Socket socket, String to) throws IOException {
    var session =
        new RtmpServerSession(
            RtmpServerSettings.DEFAULT, new SplittableRandom(1), ByteBufAllocator.DEFAULT, 0);
    byte[] bytes = new byte[8_192];
    try (socket) {
      for (int read; (read = socket.getInputStream().read(bytes)) >= 0; ) {
        ByteBuf in = Unpooled.wrappedBuffer(bytes, 0, read);
        session.receive(in, 0);
        in.release();
        for (ServerOutput output; (output = session.poll()) != null; ) {
          if (output instanceof ServerOutput.ConnectRequested) {
            session.redirect(to + "/live", to + "/live/a", 0);
          } else if (output instanceof Send(ByteBuf out)) {
            out.getBytes(out.readerIndex(), socket.getOutputStream(), out.readableBytes());
            out.release();
          }
        }
      }
    } finally {
      session.release();
    }
  }

  private static String note(Node node) {
    LiveStream stream = node.hub().stream(StreamName.parse("live/a"));
    if (stream == null) {
      return "";
    }
    var answer = new CompletableFuture<LiveStream.Report>();
    stream.loop().execute(() -> answer.complete(stream.report()));
    return String.valueOf(
        answer.orTimeout(10, TimeUnit.SECONDS).join().sources().getFirst().note());
  }

  @Test
  void aRedirectToThisHostIsNotFollowed(@TempDir Path folder) throws Exception {
    try (var server = new ServerSocket(0, 10, ALLOWED);
        var victim = new ServerSocket(0, 10, OWN)) {
      String to = "rtmp://127.0.0.1:" + victim.getLocalPort();
      Thread.ofVirtual()
          .start(() -> {
            while (!server.isClosed()) {
              try {
                redirect(server.accept(), to);
              } catch (IOException gone) {
                assertThat(gone).isNotNull(); // the peer, or the test is over
              }
            }
          });
      String yaml =
          """
          pull: {allow: [127.0.0.2], retryFirst: 10s}
          streams:
            live/a: {sources: ["rtmp://127.0.0.2:%d/live/a"]}
          """
              .formatted(server.getLocalPort());
      try (Node node = TestNode.start(folder, yaml)) {
        await().atMost(SOON).until(() -> note(node).contains("127.0.0.1 is a loopback address"));
        assertThat(note(node)).contains("pull.allow");
        victim.setSoTimeout(100);
        boolean came;
        try (Socket visitor = victim.accept()) {
          came = visitor.isConnected();
        } catch (SocketTimeoutException nobody) {
          came = false;
        }
        assertThat(came).isFalse();
      }
    }
  }
}
