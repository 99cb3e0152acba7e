package dev.sluice.bench.server;

import dev.sluice.bench.load.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * nginx with its RTMP module (Debian: nginx, libnginx-mod-rtmp), one worker, live, without logs of
 * each access.
 *
 * @param processors as taskset(1) takes them; null means all
 */
public record NginxRtmp(@Nullable String processors) implements ServerSpec {
  private static final Path MODULE = Path.of("/usr/lib/nginx/modules/ngx_rtmp_module.so");

  /** True when program and module are installed. */
  public static boolean isInstalled() {
    return Nginx.program() != null && Files.exists(MODULE);
  }

  @Override
  public String name() {
    return "nginx-rtmp";
  }

  @Override
  public RunningServer start(Path folder) throws IOException {
    Path program = Nginx.program();
    if (program == null || !isInstalled()) {
      throw new IOException(
          "nginx-rtmp is not installed; on Debian: apt-get install nginx libnginx-mod-rtmp");
    }
    int port = Child.freePort();
    String configuration = configuration(folder, port);
    return new Running(Nginx.start(program, folder, configuration, port, processors), port);
  }

  /** 4096 is the module's own chunk size; the user stays who starts it. */
  static String configuration(Path folder, int port) {
    return """
    load_module %s;
    daemon off;
    worker_processes 1;
    worker_rlimit_nofile 65536;
    user %s;
    pid %s/nginx.pid;
    error_log %s/error.log error;
    events {
      worker_connections 32768;
    }
    rtmp {
      access_log off;
      server {
        listen 127.0.0.1:%d;
        chunk_size 4096;
        application live {
          live on;
        }
      }
    }
    """
        .formatted(MODULE, System.getProperty("user.name"), folder, folder, port);
  }

  private record Running(Child child, int port) implements RunningServer {
    @Override
    public long pid() {
      return child.pid();
    }

    @Override
    public Target target(Target.Form form, int number) throws IOException {
      if (form != Target.Form.RTMP) {
        throw new IOException("nginx-rtmp speaks RTMP only, not " + form);
      }
      return Target.parse("rtmp://127.0.0.1:%d/live/bench%d".formatted(port, number));
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
