package dev.sluice.node.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The APIs of other servers, as this one has them. */
public record FaceSettings(
    @Key(doc = "SRS's HTTP API. It is at `/api/v1` of the HTTP port in any case.") Srs srs,
    @Key(doc = "What nginx-rtmp has at addresses of HTTP.") Nginx nginx,
    @Key(doc = Managed.OF_SECTION, byDefault = "file", when = When.LIVE) Managed managed) {

  /** A listener for SRS's API. */
  public record Srs(
      @Key(
              doc =
                  "Port on all addresses that has SRS's API alone, as SRS has it at 1985. Absent:"
                      + " none.",
              min = "0",
              max = "65535")
          @Nullable Integer port,
      @Key(doc = "Addresses to listen on in place of `port`.") List<ListenAddress> listen) {

    /** Where to listen; empty when it has no listener of its own. */
    public List<ListenAddress> addresses() {
      if (!listen.isEmpty()) {
        return listen;
      }
      return port == null ? List.of() : List.of(ListenAddress.any(port));
    }
  }

  /** Pages of nginx-rtmp. */
  public record Nginx(
      @Key(
              doc = "Whether `/stat` and `/rtmp-stat.xml` tell what `rtmp_stat all` does.",
              byDefault = "false",
              when = When.LIVE)
          boolean stat,
      @Key(
              doc = "Whether `/control/…` does what `rtmp_control all` does.",
              byDefault = "false",
              when = When.LIVE)
          boolean control) {}
}
