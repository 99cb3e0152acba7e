package dev.sluice.session.rtmp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.amf.AmfProperties;
import dev.sluice.wire.rtmp.ChunkWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example in the package's documentation is compiled, and plays from a server of ours. */
class LibraryExampleTest {
  private static final Path DOCUMENTATION =
      Path.of("src", "main", "java", "dev", "sluice", "session", "rtmp", "package-info.java");

  private static final String IMPORTS =
      """
      package example;
      import dev.sluice.session.rtmp.*;
      import io.netty.buffer.*;
      import java.io.IOException;
      import java.net.*;
      import java.security.SecureRandom;
      import java.util.function.Consumer;
      public class Example {
        public static void main(String url, Consumer<MediaReceived> media) throws IOException {
          play(url, media);
        }
      """;

  @Test
  @Timeout(60)
  void theExampleCompilesAndPlays(@TempDir Path folder) throws Exception {
    Method main =
        compiled(IMPORTS + snippet() + "}\n", folder)
            .getMethod("main", String.class, Consumer.class);
    List<Integer> types = new CopyOnWriteArrayList<>();
    try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread server = Thread.ofVirtual().start(() -> serve(listener));
      String url = "rtmp://127.0.0.1:" + listener.getLocalPort() + "/live/s";
      Consumer<MediaReceived> media = message -> types.add(message.type());
      main.invoke(null, url, media);
      server.join();
    }
    assertThat(types).containsExactly(9, 8);
  }

  /** Serves one player two messages. */
  private static void serve(ServerSocket listener) {
    var session =
        new RtmpServerSession(
            RtmpServerSettings.DEFAULT,
            new SplittableRandom(1),
            UnpooledByteBufAllocator.DEFAULT,
            0);
    try (Socket socket = listener.accept()) {
      serve(session, socket);
    } catch (IOException e) {
      throw new AssertionError(e);
    } finally {
      session.release();
    }
  }

  private static void serve(RtmpServerSession session, Socket socket) throws IOException {
    byte[] buffer = new byte[4096];
    for (int length; (length = socket.getInputStream().read(buffer)) > 0; ) {
      session.receive(Unpooled.wrappedBuffer(buffer, 0, length), 0);
      for (ServerOutput output; (output = session.poll()) != null; ) {
        switch (output) {
          case Send(ByteBuf bytes) -> {
            bytes.readBytes(socket.getOutputStream(), bytes.readableBytes());
            bytes.release();
          }
          case ServerOutput.ConnectRequested _ ->
              session.acceptConnect(Capabilities.NONE, AmfProperties.EMPTY, 0);
          case ServerOutput.PlayRequested _ -> session.acceptPlay(0);
          case ServerOutput.BufferLength _ -> {
            ByteBuf block = Unpooled.buffer();
            ByteBuf body = Unpooled.wrappedBuffer(new byte[] {1, 2, 3});
            ChunkWriter.write(block, 6, 0, 9, 1, 60_000, body);
            ChunkWriter.write(block, 7, 0, 8, 1, 60_000, body);
            block.readBytes(socket.getOutputStream(), block.readableBytes());
            return;
          }
          default -> throw new AssertionError(output);
        }
      }
    }
  }

  private static String snippet() throws IOException {
    String text = Files.readString(DOCUMENTATION, UTF_8);
    var matcher = Pattern.compile("\\{@snippet :\n(.*)\n \\* }\n", Pattern.DOTALL).matcher(text);
    assertThat(matcher.find()).isTrue();
    return matcher
        .group(1)
        .lines()
        .map(line -> line.replaceFirst("^ \\* ?", ""))
        .collect(Collectors.joining("\n"));
  }

  private static Class<?> compiled(String source, Path folder) throws Exception {
    var file =
        new SimpleJavaFileObject(
            URI.create("string:///example/Example.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    var faults = new DiagnosticCollector<JavaFileObject>();
    // Surefire hides the class path in a manifest and tells it here.
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<String> options = List.of("-d", folder.toString(), "-proc:none", "-cp", classPath);
    boolean compiles =
        ToolProvider.getSystemJavaCompiler()
            .getTask(null, null, faults, options, null, List.of(file))
            .call();
    assertThat(compiles).as("%s", faults.getDiagnostics()).isTrue();
    var loader =
        new URLClassLoader(
            new URL[] {folder.toUri().toURL()}, LibraryExampleTest.class.getClassLoader());
    return loader.loadClass("example.Example");
  }
}
