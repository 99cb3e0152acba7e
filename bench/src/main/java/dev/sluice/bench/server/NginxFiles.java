package dev.sluice.bench.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * nginx as a server of files, as Debian sets it up (sendfile, TCP_NOPUSH), with one worker and
 * without logs of each access.
 *
 * @param processors as taskset(1) takes them; null means all
 */
public record NginxFiles(@Nullable String processors) {
  /** True when it is installed. */
  public static boolean isInstalled() {
    return Nginx.program() != null;
  }

  /** One that runs. */
  public static final class Running implements AutoCloseable {
    private final Child child;
    private final int port;

    private Running(Child child, int port) {
      this.child = child;
      this.port = port;
    }

    /** Its process; the worker is its child. */
    public long pid() {
      return child.pid();
    }

    /** Where it listens. */
    public InetSocketAddress address() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Override
    public void close() {
      child.close();
    }
  }

  /**
   * Starts it.
   *
   * @param folder empty, for its own files
   * @param root the files that it serves
   * @throws IOException when it is not installed or does not come up
   */
  public Running start(Path folder, Path root) throws IOException {
    Path program = Nginx.program();
    if (program == null) {
      throw new IOException("nginx is not installed; on Debian: apt-get install nginx");
    }
    int port = Child.freePort();
    String configuration = configuration(folder, root, port);
    return new Running(Nginx.start(program, folder, configuration, port, processors), port);
  }

  /** What Debian's nginx.conf sets, and nothing that would end a connection within a window. */
  static String configuration(Path folder, Path root, int port) {
    return """
    daemon off;
    worker_processes 1;
    worker_rlimit_nofile 65536;
    user %s;
    pid %s/nginx.pid;
    error_log %s/error.log error;
    events {
      worker_connections 32768;
    }
    http {
      access_log off;
      sendfile on;
      tcp_nopush on;
      types {
        application/vnd.apple.mpegurl m3u8;
        video/mp4 m4s;
        video/mp2t ts;
      }
      keepalive_requests 1000000000;
      keepalive_timeout 1h;
      client_body_temp_path %s/body;
      proxy_temp_path %s/proxy;
      fastcgi_temp_path %s/fastcgi;
      uwsgi_temp_path %s/uwsgi;
      scgi_temp_path %s/scgi;
      server {
        listen 127.0.0.1:%d;
        root %s;
      }
    }
    """
        .formatted(
            System.getProperty("user.name"),
            folder,
            folder,
            folder,
            folder,
            folder,
            folder,
            folder,
            port,
            root);
  }
}
