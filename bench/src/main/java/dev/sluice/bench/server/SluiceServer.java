package dev.sluice.bench.server;

import dev.sluice.bench.load.Target;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sluice itself, started by its launcher and set up by environment variables.
 *
 * @param name for tables
 * @param command launcher and arguments
 * @param settings environment variables beside ports and data folder
 * @param tls whether it also listens for RTMPS and HTTPS, with a certificate made for the occasion
 * @param processors as taskset(1) takes them; null means all
 */
public record SluiceServer(
    String name,
    List<String> command,
    Map<String, String> settings,
    boolean tls,
    @Nullable String processors)
    implements ServerSpec {
  private static final Duration UP = Duration.ofMinutes(3); // a first start builds

  public SluiceServer {
    command = List.copyOf(command);
    settings = Map.copyOf(settings);
  }

  /**
   * The same with further settings, which go before those that it has; {@code otherName} for
   * tables.
   */
  public SluiceServer with(String otherName, Map<String, String> more) {
    Map<String, String> all = new HashMap<>(settings);
    all.putAll(more);
    return new SluiceServer(otherName, command, all, tls, processors);
  }

  /** The launcher of this very program: the nearest file {@code sluice} above its classes. */
  public static String launcher() {
    CodeSource source = SluiceServer.class.getProtectionDomain().getCodeSource();
    if (source != null) {
      for (Path folder = Path.of(URI.create(source.getLocation().toString()));
          folder != null;
          folder = folder.getParent()) {
        Path file = folder.resolve("sluice");
        if (Files.isRegularFile(file) && Files.isExecutable(file)) {
          return file.toString();
        }
      }
    }
    return "./sluice";
  }

  @Override
  public RunningServer start(Path folder) throws IOException {
    Map<Target.Form, Integer> ports = freePorts();
    Map<String, String> environment = new HashMap<>(settings);
    ports.forEach((form, port) -> environment.put(portVariable(form), Integer.toString(port)));
    environment.put("SLUICE_DATA", Files.createDirectory(folder.resolve("data")).toString());
    if (tls) {
      Certificate certificate = Certificate.make(folder);
      for (String listener : List.of("RTMP", "HTTP")) {
        environment.put("SLUICE_%s_TLS_CERTIFICATE".formatted(listener), certificate.chain());
        environment.put("SLUICE_%s_TLS_KEY".formatted(listener), certificate.key());
      }
    }
    Integer http = ports.get(Target.Form.HTTP_FLV);
    Child child = Child.start("sluice", command, environment, folder, processors);
    try {
      URI health = URI.create("http://127.0.0.1:" + http + "/healthz");
      child.await(() -> answers(health) && ports.values().stream().allMatch(Child::accepts), UP);
    } catch (IOException failed) {
      child.close();
      throw failed;
    }
    return new Running(child, ports);
  }

  private Map<Target.Form, Integer> freePorts() throws IOException {
    Map<Target.Form, Integer> ports = new EnumMap<>(Target.Form.class);
    for (Target.Form form : Target.Form.values()) {
      if (form != Target.Form.RAW && (tls || !form.isTls())) {
        ports.put(form, Child.freePort());
      }
    }
    return ports;
  }

  private static String portVariable(Target.Form form) {
    return switch (form) {
      case RTMP -> "SLUICE_RTMP_PORT";
      case RTMPS -> "SLUICE_RTMP_TLS_PORT";
      case HTTP_FLV -> "SLUICE_HTTP_PORT";
      case HTTPS_FLV -> "SLUICE_HTTP_TLS_PORT";
      case RAW -> throw new IllegalArgumentException("Sluice does not speak " + form);
    };
  }

  private static boolean answers(URI health) {
    try {
      var connection = (HttpURLConnection) health.toURL().openConnection();
      connection.setConnectTimeout(1000);
      connection.setReadTimeout(1000);
      int status = connection.getResponseCode();
      connection.disconnect();
      return status < 500; // 503 says: not yet
    } catch (IOException notYet) {
      return false;
    }
  }

  private record Running(Child child, Map<Target.Form, Integer> ports) implements RunningServer {
    Running {
      ports = Map.copyOf(ports);
    }

    @Override
    public long pid() {
      return child.pid();
    }

    @Override
    public Target target(Target.Form form, int number) throws IOException {
      Integer port = ports.get(form);
      if (port == null) {
        throw new IOException("Sluice does not speak " + form);
      }
      boolean flv = form == Target.Form.HTTP_FLV || form == Target.Form.HTTPS_FLV;
      return Target.parse(
          "%s://127.0.0.1:%d/live/bench%d%s"
              .formatted(form.scheme(), port, number, flv ? ".flv" : ""));
    }

    @Override
    public Target publishTarget(int number) throws IOException {
      return target(Target.Form.RTMP, number);
    }

    @Override
    public void close() {
      child.close();
    }
  }
}
