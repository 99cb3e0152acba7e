package dev.sluice.node.config;

import dev.sluice.access.AddressBlock;
import dev.sluice.hub.StreamPolicy;
import dev.sluice.hub.segments.SegmentPolicy;
import dev.sluice.media.StreamName;
import dev.sluice.wire.Bytes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The whole configuration. Each component's {@link Key} says what it means. */
public record Config(
    @Key(
            doc =
                "Folder for everything that must last, such as the token; created when missing,"
                    + " locked while the server runs.",
            byDefault = "./data",
            when = When.RESTART)
        Path data,
    @Key(
            doc = "Threads that serve connections; 0 takes one for each processor.",
            byDefault = "0",
            min = "0",
            max = "1024",
            when = When.RESTART)
        int eventLoops,
    @Key(doc = "How sockets are driven.", byDefault = "auto", when = When.RESTART)
        Transport transport,
    @Key(
            doc =
                "Whether the page `/` lists the streams that are live, for everybody to see. A"
                    + " stream whose own `listed` is false is left out.",
            byDefault = "false",
            when = When.LIVE)
        boolean listed,
    @Key(doc = "What the server writes about itself.", when = When.RESTART) Log log,
    @Key(doc = "HTTP: player, FLV over HTTP and WebSocket, API, metrics.", when = When.RESTART)
        Http http,
    @Key(doc = "RTMP: publishing and playing.", when = When.RESTART) Rtmp rtmp,
    @Key(
            doc =
                "Where others reach this server, where that is not where they have asked for it:"
                    + " behind a load balancer, a translation of addresses, a container.",
            when = When.LIVE)
        Advertise advertise,
    @Key(doc = "Who may publish and who may play.", when = When.LIVE) AccessSettings access,
    @Key(doc = "Who is told what happens.", when = When.RESTART) EventSettings events,
    @Key(
            doc =
                "APIs of other servers, for what was written for them; `docs/compatibility.md` says"
                    + " what is as there.",
            when = When.RESTART)
        FaceSettings faces,
    @Key(doc = "Streams that the server fetches from elsewhere.", when = When.RESTART) Pull pull,
    @Key(
            doc = "Other servers of the same operator, which have streams from one another.",
            when = When.RESTART)
        Cluster cluster,
    @Key(doc = "Limits of the whole server.", when = When.RESTART) Limits limits,
    @Key(doc = "Memory.", when = When.RESTART) Memory memory,
    @Key(
            doc = "Files of segments that playlists list although they are too old for memory.",
            when = When.RESTART)
        SegmentFiles segmentFiles,
    @Key(
            doc = "What holds for every stream that does not say otherwise under `streams`.",
            when = When.NEXT)
        StreamSettings defaults,
    @Key(
            doc =
                "What holds for some streams: a section for each name or pattern, with the keys of"
                    + " `defaults`. In a pattern `*` stands for any characters of one element, and"
                    + " a last element `**` for all that follows. For a stream the most specific"
                    + " section holds; what it leaves out comes from the most specific pattern that"
                    + " covers it, and so on, and in the end from `defaults`.",
            inherits = "defaults",
            when = When.NEXT)
        StreamTable streams) {

  /** What holds for the stream {@code name}. */
  public StreamSettings forStream(StreamName name) {
    StreamSettings own = streams.settings(name);
    return own == null ? defaults : own;
  }

  /** Whether another node has the stream {@code name}, and this one has it from there. */
  public boolean isElsewhere(StreamName name) {
    return cluster.source() != null && streams.find(name) == null;
  }

  /** Whether an entry of {@code streams} or a rule of access is about streams of that host. */
  public boolean hasVhost(String host) {
    return !host.isEmpty()
        && (streams.hasVhost(host)
            || access.rules().stream()
                .map(AccessRuleSettings::streams)
                .anyMatch(pattern -> pattern != null && pattern.vhost().equals(host)));
  }

  /** What the hub is told of the stream {@code name}. */
  public StreamPolicy policy(StreamName name) {
    return isElsewhere(name)
        ? forStream(name).policyElsewhere(limits, cluster)
        : forStream(name).policy(limits);
  }

  /**
   * How the stream {@code name} is cut into segments.
   *
   * @param secret of which keys are made
   */
  public SegmentPolicy segmentPolicy(StreamName name, Bytes secret) {
    return forStream(name).segmentPolicy(name, secret);
  }

  /** The configuration of somebody who has configured nothing. */
  public static Config defaultConfig() {
    return switch (ConfigParser.parse("defaults", "", Map.of())) {
      case ConfigParser.Valid(Loaded loaded) -> loaded.config();
      case ConfigParser.Invalid(List<Problem> problems) ->
          throw new IllegalStateException("defaults are not valid: " + problems);
    };
  }

  /** Log output. */
  public record Log(
      @Key(doc = "Least severity that is written.", byDefault = "info", when = When.LIVE)
          LogLevel level,
      @Key(doc = "How a line is written.", byDefault = "text") LogFormat format,
      @Key(doc = "File to write to. Absent: standard output.") @Nullable Path file,
      @Key(
              doc =
                  "Size past which `file` is renamed to `file.1`, the one before to `file.2` and"
                      + " so on, and a new one is begun.",
              byDefault = "100MB",
              min = "64kB",
              max = "100GB")
          ByteSize maxSize,
      @Key(doc = "How many renamed files are kept.", byDefault = "5", min = "0", max = "100")
          int keep,
      @Key(doc = Managed.OF_SECTION, byDefault = "file", when = When.LIVE) Managed managed) {}

  /** The HTTP listener. */
  public record Http(
      @Key(
              doc = "Port on all addresses, IPv4 and IPv6; 0 takes any free one.",
              byDefault = "8080",
              min = "0",
              max = "65535")
          int port,
      @Key(doc = "Addresses to listen on in place of `port`.") List<ListenAddress> listen,
      @Key(
              doc =
                  "Whether connections of `access.trustedProxies` begin with the PROXY protocol's"
                      + " header, version 1 or 2, as they then have to; others do not. For `tls`:"
                      + " its own key.",
              byDefault = "false")
          boolean proxyProtocol,
      @Key(doc = "HTTPS.") Tls tls,
      @Key(
              doc =
                  "Web pages that may read streams and API from other hosts: their origins, or *"
                      + " for all.",
              byDefault = "*")
          List<WebOrigin> cors,
      @Key(
              doc =
                  "Whether connections can be measured, at `/bandwidth` and in the API, by whoever"
                      + " may play or publish.",
              byDefault = "false",
              when = When.LIVE)
          boolean bandwidthTest,
      @Key(doc = Managed.OF_SECTION, byDefault = "file", when = When.LIVE) Managed managed) {

    /** Where to listen without TLS. */
    public List<ListenAddress> addresses() {
      return listen.isEmpty() ? List.of(ListenAddress.any(port)) : listen;
    }
  }

  /** A listener with TLS; off unless a port or an address is given. */
  public record Tls(
      @Key(doc = "Port on all addresses. Absent: none.", min = "0", max = "65535")
          @Nullable Integer port,
      @Key(doc = "Addresses to listen on in place of `port`.") List<ListenAddress> listen,
      @Key(
              doc =
                  "Whether connections of `access.trustedProxies` begin with the PROXY protocol's"
                      + " header, in front of TLS.",
              byDefault = "false")
          boolean proxyProtocol,
      @Key(
              doc =
                  "PEM file with the certificate and its chain; needed for TLS. It is read again"
                      + " when it changes, while the server runs.")
          @Nullable Path certificate,
      @Key(doc = "PEM file with the private key of `certificate`. It is read again, too.")
          @Nullable Path key) {

    /** Where to listen with TLS; empty when TLS is off. */
    public List<ListenAddress> addresses() {
      if (!listen.isEmpty()) {
        return listen;
      }
      return port == null ? List.of() : List.of(ListenAddress.any(port));
    }
  }

  /** RTMP listeners and connections. */
  public record Rtmp(
      @Key(doc = "Whether RTMP is served at all.", byDefault = "true") boolean enabled,
      @Key(
              doc = "Port on all addresses, IPv4 and IPv6; 0 takes any free one.",
              byDefault = "1935",
              min = "0",
              max = "65535")
          int port,
      @Key(doc = "Addresses to listen on in place of `port`.") List<ListenAddress> listen,
      @Key(
              doc =
                  "Whether connections of `access.trustedProxies` begin with the PROXY protocol's"
                      + " header, version 1 or 2, as they then have to; others do not. For `tls`:"
                      + " its own key.",
              byDefault = "false")
          boolean proxyProtocol,
      @Key(doc = "RTMPS.") Tls tls,
      @Key(
              doc = "Bytes of a chunk that the server sends.",
              byDefault = "60000",
              min = "128",
              max = "65536")
          int chunkSize,
      @Key(
              doc = "How often a silent peer is asked whether it is still there.",
              byDefault = "10s",
              min = "1s",
              max = "10m")
          Duration pingInterval,
      @Key(
              doc = "How long a peer may say nothing at all before it is disconnected.",
              byDefault = "30s",
              min = "2s",
              max = "1h")
          Duration pingTimeout,
      @Key(
              doc = "How long a peer may take from connecting to publish or play.",
              byDefault = "10s",
              min = "1s",
              max = "5m")
          Duration handshakeTimeout,
      @Key(
              doc = "Longest message that is taken from a peer.",
              byDefault = "8MB",
              min = "64kB",
              max = "16777215B")
          ByteSize maxMessage,
      @Key(
              doc =
                  "SRS's check of bandwidth, for programs that know it; `docs/bandwidth.md` says"
                      + " how it goes.")
          BandCheck bandCheck) {

    /** Where to listen without TLS; empty when RTMP is off. */
    public List<ListenAddress> addresses() {
      if (!enabled) {
        return List.of();
      }
      return listen.isEmpty() ? List.of(ListenAddress.any(port)) : listen;
    }
  }

  /** Addresses of this server that others are told. */
  public record Advertise(
      @Key(
              doc =
                  "Where HTTP is reached. Absent: at the address that a page was asked for by;"
                      + " redirects name none in any case.")
          @Nullable NodeUrl http,
      @Key(
              doc =
                  "Where RTMP is reached. Absent: on the host that a page was asked for by, at the"
                      + " first port of `rtmp`.")
          @Nullable RtmpServerUrl rtmp,
      @Key(doc = Managed.OF_SECTION, byDefault = "file", when = When.LIVE) Managed managed) {}

  /** SRS's check of bandwidth over RTMP. */
  public record BandCheck(
      @Key(
              doc =
                  "Who connects to this vhost is checked: `rtmp://HOST/app?key=KEY&vhost=VHOST`."
                      + " Nothing can be published or played there.",
              byDefault = "bandcheck.srs.com")
          Word vhost,
      @Key(doc = "What it has to give as `key`. Absent: nobody is checked.") @Nullable Secret key,
      @Key(
              doc = "From the beginning of one check to that of the next, whoever asks.",
              byDefault = "30s",
              min = "1s",
              max = "1h")
          Duration interval,
      @Key(
              doc = "Most that is sent and taken by a check.",
              byDefault = "1Mbit/s",
              min = "1kbit/s",
              max = "1Gbit/s")
          BitRate limit) {}

  /** Fetching from other servers. */
  public record Pull(
      @Key(
              doc =
                  "Addresses from which is fetched although they are this host's own, link-local or"
                      + " of a cloud's metadata service, which is refused otherwise.",
              when = When.LIVE)
          List<AddressBlock> allow,
      @Key(
              doc = "How long connecting may take, from looking up the name on.",
              byDefault = "10s",
              min = "1s",
              max = "2m")
          Duration connectTimeout,
      @Key(
              doc =
                  "How long it waits after the first failure before it tries again; after each"
                      + " further one twice as long, more or less.",
              byDefault = "1s",
              min = "100ms",
              max = "1m")
          Duration retryFirst,
      @Key(
              doc = "Most that it waits before it tries again.",
              byDefault = "30s",
              min = "100ms",
              max = "1h")
          Duration retryMost) {}

  /** Other nodes. */
  public record Cluster(
      @Key(
              doc =
                  "The secret of the cluster, the same on all its servers, of at least 22"
                      + " characters. Whoever has it may have every stream of this server. Absent:"
                      + " there is no cluster.")
          @Nullable Secret key,
      @Key(
              doc =
                  "The server from which this one has all streams that are not listed under"
                      + " `streams`: each when somebody watches it here, once for all who do, with"
                      + " the times, segments and numbers that it has there. Its address has to be"
                      + " one that `pull.allow` does not have to allow, or does.")
          @Nullable NodeUrl source,
      @Key(
              doc = "How long after its last viewer such a stream is still fetched.",
              byDefault = "30s",
              min = "0",
              max = "1h",
              when = When.LIVE)
          Duration linger,
      @Key(doc = Managed.OF_SECTION, byDefault = "file", when = When.LIVE) Managed managed) {
    /** Characters of the shortest key: 128 bits, six a character. */
    static final int LEAST_KEY = 22;
  }

  /** Limits of the whole server. */
  public record Limits(
      @Key(
              doc = "Connections at a time, publishers and viewers together.",
              byDefault = "50000",
              min = "1",
              max = "10000000")
          int connections,
      @Key(
              doc = "Connections at a time from one address; 0 sets no limit of its own.",
              byDefault = "0",
              min = "0",
              max = "10000000")
          int connectionsPerAddress,
      @Key(doc = "Streams at a time.", byDefault = "2000", min = "1", max = "1000000") int streams,
      @Key(
              doc = "Viewers at a time of one stream.",
              byDefault = "50000",
              min = "1",
              max = "10000000",
              when = When.LIVE)
          int viewersPerStream,
      @Key(
              doc = "Bit rate of one publisher, averaged over 5 s; 0 means no limit.",
              byDefault = "100Mbit/s",
              min = "0",
              max = "100Gbit/s",
              when = When.LIVE)
          BitRate bitrate,
      @Key(doc = Managed.OF_SECTION, byDefault = "file", when = When.LIVE) Managed managed) {}

  /** Memory budgets. */
  public record Memory(
      @Key(
              doc =
                  "Memory for media (GOP caches, unsent data): a size, or a percentage of what the"
                      + " process may use.",
              byDefault = "40%")
          MemoryShare media) {}

  /** Segments on disk. */
  public record SegmentFiles(
      @Key(
              doc =
                  "Folder that has them, nothing else and no other server's. Absent: `segments` in"
                      + " `data`.")
          @Nullable Path folder,
      @Key(
              doc =
                  "Most bytes of all files; past it the oldest go, whose ever they are. 0 keeps"
                      + " none: playlists then list 10 minutes at most, from memory.",
              byDefault = "20GB",
              min = "0",
              max = "100000GB")
          ByteSize maxSize) {}

  /** How sockets are driven. */
  public enum Transport {
    @Choice(doc = "epoll where it works, else nio")
    AUTO,
    @Choice(doc = "Linux epoll; an error where it does not work")
    EPOLL,
    @Choice(key = "io_uring", doc = "Linux io_uring; an error where it does not work")
    IO_URING,
    @Choice(doc = "the JDK's own, works everywhere")
    NIO
  }

  /** Severity of a log line, worst first. */
  public enum LogLevel {
    @Choice(doc = "faults of the server")
    ERROR,
    @Choice(doc = "what an operator should look at")
    WARN,
    @Choice(doc = "connections and streams coming and going")
    INFO,
    @Choice(doc = "how things are decided")
    DEBUG,
    @Choice(doc = "everything")
    TRACE
  }

  /** How a log line is written. */
  public enum LogFormat {
    @Choice(doc = "time, level and text, for people")
    TEXT,
    @Choice(doc = "one JSON object a line, for programs")
    JSON
  }
}
