package dev.sluice.node;

import dev.sluice.access.AccessRules;
import dev.sluice.access.SessionBook;
import dev.sluice.access.TokenFile;
import dev.sluice.endpoint.audio.AudioEndpoint;
import dev.sluice.endpoint.dash.DashEndpoint;
import dev.sluice.endpoint.flv.FlvEndpoint;
import dev.sluice.endpoint.hls.HlsEndpoint;
import dev.sluice.endpoint.link.LinkEndpoint;
import dev.sluice.endpoint.rtmp.RtmpEndpoint;
import dev.sluice.endpoint.ts.TsEndpoint;
import dev.sluice.hub.Hub;
import dev.sluice.hub.MemoryBudget;
import dev.sluice.hub.Reason;
import dev.sluice.hub.segments.SegmentStore;
import dev.sluice.hub.segments.SegmentStreams;
import dev.sluice.hub.segments.Sessions;
import dev.sluice.media.StreamName;
import dev.sluice.mux.packager.SegmentKeys;
import dev.sluice.net.HttpFront;
import dev.sluice.net.HttpGuard;
import dev.sluice.net.HttpOptions;
import dev.sluice.net.HttpRoutes;
import dev.sluice.net.NettyLoops;
import dev.sluice.net.OutgoingHttp;
import dev.sluice.net.TlsContexts;
import dev.sluice.net.TlsPair;
import dev.sluice.net.Transport;
import dev.sluice.net.TrustedProxies;
import dev.sluice.net.segments.MediaRoutes;
import dev.sluice.net.segments.SegmentRequests;
import dev.sluice.node.api.AccessRoutes;
import dev.sluice.node.api.ApiRoutes;
import dev.sluice.node.api.BandwidthRoutes;
import dev.sluice.node.api.ConfigRoutes;
import dev.sluice.node.api.EventRoutes;
import dev.sluice.node.api.LiveReports;
import dev.sluice.node.api.NodeRoutes;
import dev.sluice.node.api.OpenApiRoutes;
import dev.sluice.node.api.SessionRoutes;
import dev.sluice.node.api.StoreRoutes;
import dev.sluice.node.config.Config;
import dev.sluice.node.config.ListenAddress;
import dev.sluice.node.config.LiveConfig;
import dev.sluice.node.config.Loaded;
import dev.sluice.node.config.Problem;
import dev.sluice.node.config.Secret;
import dev.sluice.node.config.StreamSelector;
import dev.sluice.node.config.WantedConfig;
import dev.sluice.node.face.nginx.NginxRoutes;
import dev.sluice.node.face.srs.SrsRoutes;
import dev.sluice.node.log.ConnectionIds;
import dev.sluice.node.log.EventLog;
import dev.sluice.node.log.LogSetup;
import dev.sluice.node.metrics.EventMeters;
import dev.sluice.node.metrics.MetricsRoutes;
import dev.sluice.node.metrics.NodeMetrics;
import dev.sluice.node.metrics.Vitals;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A running node. {@link #start} returns when everything listens; {@link #close} stops it. */
public final class Node implements AutoCloseable {
  /** How long viewers and publishers may take to hear that the server stops. */
  private static final long STOP_MS = 3_000;

  /** How long clients that were asked to connect anew may take for it before they are sent off. */
  private static final long RECONNECT_MS = 1_000;

  /** Of the data folder, where ledgers are. */
  private static final String LEDGERS = "ledgers";

  /** Of the data folder, of which keys are made. */
  private static final String SECRET = "secret";

  /** Of the data folder, where segments are when nothing else is said. */
  private static final String SEGMENTS = "segments";

  /** Stored segments of a stream that nobody has written to for so long are deleted: a day. */
  private static final long KEEP_SEGMENTS_MS = 86_400_000;

  private static final long POLL_MS = 10;
  private static final long CLOCK_PERIOD_MS = 10_000;
  private static final long KEYS_PERIOD_MS = 1_000;
  private static final long BACKEND_PERIOD_MS = 100;

  /** How often the file of the configuration is looked at. */
  private static final long LOOK_PERIOD_MS = 1_000;

  private static final long NS_PER_MS = 1_000_000;

  private final LiveConfig live;
  private final Wanted wanted;
  private final DataFolder data;
  private final NodeAccess access;
  private final String serverName;
  private final Vertx vertx;
  private final NettyLoops loops;
  private final SteadyUtc utc;
  private final NodeEvents events;
  private final NodeMetrics metrics;
  private final EventRoutes eventRoutes;
  private final LedgerFiles ledgers;
  private final @Nullable SegmentFiles segmentFiles;
  private final SegmentStreams segments;
  private final SecureRandom random;
  private final Hub hub;
  private final RtmpEndpoint rtmp;
  private final List<String> listening = new ArrayList<>();
  private final Set<StreamName> kept = new HashSet<>();
  private final ScheduledExecutorService chores =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("sluice-chores").daemon().factory());
  private @Nullable HttpFront http;
  private List<HttpRoutes> faces = List.of();
  private @Nullable HttpFront srsHttp;
  private volatile boolean stopping;
  private volatile @Nullable Integer httpPort;
  private volatile @Nullable Integer rtmpPort;
  private volatile @Nullable SslContext rtmpTls;
  private final Certificates certificates = new Certificates(System::currentTimeMillis);
  private volatile @Nullable Integer srsPort;

  /**
   * What the command says.
   *
   * @param version of this program, for log and peers
   * @param demo whether strangers are shown around: what is live is listed
   */
  public record Options(String version, boolean demo) {}

  /** What is written to disk as streams go on. */
  private record Stored(LedgerFiles ledgers, @Nullable SegmentFiles segments) {
    static Stored open(Config config, Path data) throws IOException {
      Config.SegmentFiles files = config.segmentFiles();
      long maxBytes = files.maxSize().bytes();
      Path given = files.folder();
      Path folder = given == null ? data.resolve(SEGMENTS) : given;
      return new Stored(
          LedgerFiles.open(data.resolve(LEDGERS)),
          maxBytes == 0
              ? null
              : SegmentFiles.open(
                  folder,
                  maxBytes,
                  KEEP_SEGMENTS_MS,
                  System.currentTimeMillis(),
                  ByteBufAllocator.DEFAULT));
    }
  }

  /** The configuration, and the store that is a part of it. */
  private record Wanted(LiveConfig live, StoreFile store, WantedConfig parts) {
    static Wanted open(Loaded loaded, Path data) throws IOException {
      StoreFile store = StoreFile.open(data);
      Loaded whole;
      try {
        whole = WantedConfig.read(loaded, store);
      } catch (IOException failed) {
        store.close();
        throw failed;
      }
      for (Problem warning : whole.warnings()) {
        EventLog.warn("configuration", "what", warning);
      }
      var live = new LiveConfig(whole, new ConfigLog());
      return new Wanted(live, store, new WantedConfig(live, store, System::currentTimeMillis));
    }
  }

  private Node(
      Wanted wanted,
      DataFolder data,
      Stored stored,
      Bytes secret,
      NodeAccess access,
      NodeEvents events,
      Vertx vertx,
      Transport transport,
      SecureRandom random,
      Options options) {
    this.live = wanted.live;
    this.wanted = wanted;
    Config config = live.now();
    this.data = data;
    this.events = events;
    this.metrics = new NodeMetrics(events.heard());
    this.eventRoutes = new EventRoutes(events.events(), access.rules());
    this.ledgers = stored.ledgers;
    this.segmentFiles = stored.segments;
    this.random = random;
    this.access = access;
    this.serverName = "Sluice/" + options.version();
    this.vertx = vertx;
    this.loops = NettyLoops.of(vertx, System::nanoTime);
    this.utc = new SteadyUtc(System.nanoTime(), System.currentTimeMillis() * NS_PER_MS);
    MemoryBudget memory = new MemoryBudget(Translation.mediaBytes(config.memory()));
    this.segments =
        new SegmentStreams(
            name -> live.now().segmentPolicy(name, secret),
            ledgers,
            segmentFiles == null ? SegmentStore.NONE : segmentFiles,
            ByteBufAllocator.DEFAULT,
            memory,
            metrics);
    if (config.events().srs().tellsSegments()) {
      segments.tellWhole();
    }
    if (config.cluster().key() != null) {
      segments.link(name -> live.now().isElsewhere(name));
    }
    this.hub =
        new Hub(
            name -> live.now().policy(name),
            events.admission(access.rules()),
            memory,
            utc,
            ByteBufAllocator.DEFAULT,
            metrics,
            config.limits().streams(),
            NodeSources.jobs(live, loops, transport, serverName, random, utc, segments, metrics),
            segments);
    hub.serve(host -> live.now().hasVhost(host));
    var ids = new ConnectionIds("R");
    this.rtmp =
        new RtmpEndpoint(
            hub,
            loops,
            transport,
            Translation.rtmp(config.rtmp()),
            serverName,
            Translation.bandCheck(config.rtmp().bandCheck()),
            access.limits(),
            ids::next,
            random);
  }

  /** Of which keys are made; made at the first start, and kept as the token is. */
  private static Bytes secret(Path folder, SecureRandom random) throws IOException {
    TokenFile file = TokenFile.open(folder, SECRET, random);
    String text = file.token().reveal();
    if (text.length() < SegmentKeys.SIZE) {
      throw new IOException(
          "%s holds %d characters, at least %d are needed; delete it to have one made"
              .formatted(file.path(), text.length(), SegmentKeys.SIZE));
    }
    return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Starts a node.
   *
   * @throws IOException when a folder, file or address cannot be used; the message says which, and
   *     nothing is left running
   */
  public static Node start(Loaded loaded, Options options) throws IOException {
    Config config = loaded.config();
    Transport transport = Translation.transport(config.transport());
    var random = new SecureRandom();
    DataFolder data = DataFolder.open(config.data());
    Wanted wanted;
    try {
      wanted = Wanted.open(loaded, data.path());
      Config.LogLevel level = wanted.live.now().log().level();
      if (level != config.log().level()) { // that of the store
        LogSetup.level(level);
      }
    } catch (IOException failed) {
      data.close();
      throw failed;
    }
    Vertx vertx = NettyLoops.vertx(transport, Translation.eventLoops(config));
    var http = new OutgoingHttp(vertx);
    NodeEvents events;
    NodeAccess access;
    Stored stored;
    Bytes secret;
    try {
      events =
          NodeEvents.of(
              config.events(),
              new NodeLog(),
              new AccessLog(System::nanoTime),
              data.path(),
              random,
              http);
      access =
          NodeAccess.of(
              wanted.live,
              data.path(),
              System.getenv(),
              random,
              System::currentTimeMillis,
              events.accessListener(),
              http);
      stored = Stored.open(config, data.path());
      secret = secret(data.path(), random);
    } catch (IOException failed) {
      vertx.close();
      wanted.store.close();
      data.close();
      throw failed;
    }
    var node =
        new Node(wanted, data, stored, secret, access, events, vertx, transport, random, options);
    wanted.live.takenBy(node::prepare);
    wanted.live.isHeardBy(new ConfigEvents(events.events()));
    try {
      node.beginChores();
      node.listen(config, options);
    } catch (IOException | RuntimeException failed) {
      node.close();
      throw failed;
    }
    EventLog.info(
        "started",
        "version",
        options.version(),
        "listens",
        String.join(" ", node.listening),
        "transport",
        transport.label(),
        "loops",
        node.loops.all().size(),
        "tls",
        TlsContexts.engine(),
        "jdk",
        Runtime.version());
    node.keepStreams();
    access.announce();
    return node;
  }

  /** HTTP comes last: what it says of the node's health is true of all that listens. */
  private void listen(Config config, Options options) throws IOException {
    TrustedProxies proxies = Translation.proxies(live);
    for (ListenAddress address : config.rtmp().addresses()) {
      listenRtmp(address, null, config.rtmp().proxyProtocol() ? proxies : TrustedProxies.NONE);
    }
    HttpOptions.Tls tls = Translation.tls(config.rtmp().tls(), "rtmp.tls");
    if (tls != null && config.rtmp().enabled()) {
      TlsPair pair = certificates.open("rtmp.tls", tls, next -> rtmpTls = next.context());
      rtmpTls = pair.context();
      boolean prefaced = config.rtmp().tls().proxyProtocol();
      for (ListenAddress address : config.rtmp().tls().addresses()) {
        listenRtmp(address, this::rtmpTls, prefaced ? proxies : TrustedProxies.NONE);
      }
    }
    SrsRoutes.Faces srs =
        SrsRoutes.of(
            hub,
            access.rules(),
            live,
            access.limits()::open,
            () -> rtmpPort,
            () -> srsPort,
            () -> Objects.requireNonNullElse(httpPort, 0),
            serverName);
    listenSrs(config, proxies, srs.own());
    HttpOptions http = Translation.http(config.http());
    faces = routes(config, options, srs.shared());
    HttpFront front = HttpFront.start(vertx, http, access.limits(), proxies, loops::of, faces);
    this.http = front;
    HttpOptions.Tls https = Translation.tls(config.http().tls(), "http.tls");
    if (https != null) {
      certificates.open("http.tls", https, front::secure);
    }
    certificates.measure(metrics.registry());
    listening.addAll(0, front.listeners().stream().map(HttpOptions.Listener::toString).toList());
    httpPort = front.listeners().getFirst().port();
  }

  /** SRS's API by itself, where that is wanted. */
  private void listenSrs(Config config, TrustedProxies proxies, SrsRoutes routes)
      throws IOException {
    List<ListenAddress> addresses = config.faces().srs().addresses();
    if (addresses.isEmpty()) {
      return;
    }
    HttpOptions options = Translation.face(addresses);
    HttpFront front =
        HttpFront.start(vertx, options, access.limits(), proxies, loops::of, List.of(routes));
    srsHttp = front;
    front.listeners().forEach(listener -> listening.add("srs-api+" + listener));
    srsPort = front.listeners().getFirst().port();
  }

  private List<HttpRoutes> routes(Config config, Options options, SrsRoutes srs) {
    var ids = new ConnectionIds("H");
    var facts =
        new ApiRoutes.Facts(
            options.version(),
            () -> live.now().listed(),
            options.demo(),
            () -> text(live.now().advertise().http()),
            () -> text(live.now().advertise().rtmp()));
    List<HttpRoutes> faces = new ArrayList<>();
    Secret key = config.cluster().key();
    if (key != null) {
      var links = new ConnectionIds("L");
      faces.add(new LinkEndpoint(hub, segments, NodeSources.bytes(key), links::next, this::utcMs));
    }
    faces.add(srs);
    faces.add(new NginxRoutes(hub, access.rules(), live, serverName));
    faces.addAll(ofViewers(ids, facts));
    return faces;
  }

  private static @Nullable String text(@Nullable Record address) {
    return address == null ? null : address.toString();
  }

  /** Our UTC in milliseconds. Any thread. */
  private long utcMs() {
    return utc.utcNs(System.nanoTime()) / NS_PER_MS;
  }

  private List<HttpRoutes> ofViewers(ConnectionIds ids, ApiRoutes.Facts facts) {
    SegmentRequests requests = requests(ids);
    EventMeters.measure(
        metrics, events.events(), events.receivers(), events.webhooks(), eventRoutes::readers);
    var vitals =
        new Vitals(hub, metrics, loops, access.limits()::open, System::nanoTime, this::utcMs);
    return List.of(
        new ApiRoutes(hub, access.rules(), facts, () -> stopping, () -> rtmpPort),
        new SessionRoutes(access.rules()),
        new AccessRoutes(access.rules()),
        new MetricsRoutes(hub, metrics, vitals, access.rules(), System::nanoTime),
        new NodeRoutes(facts.version(), vitals, access.rules()),
        new ConfigRoutes(live, access.rules()),
        new StoreRoutes(wanted.parts, access.rules()),
        new OpenApiRoutes(),
        new BandwidthRoutes(
            access.rules(),
            new HttpGuard(access.rules()::isToken, access.rules()::trusted),
            () -> live.now().http().bandwidthTest(),
            ids::next),
        eventRoutes,
        new PageRoutes(),
        new FlvEndpoint(hub, ids::next),
        new AudioEndpoint(hub, ids::next),
        new MediaRoutes(requests),
        new DashEndpoint(requests, utc),
        new HlsEndpoint(requests), // before TS: it knows which transport streams are its own
        new TsEndpoint(hub, ids::next));
  }

  private SegmentRequests requests(ConnectionIds ids) {
    var sessions = new Sessions(hub, random);
    return new SegmentRequests(hub, segments, sessions, access.rules(), ids::next);
  }

  private SslContext rtmpTls() {
    return Objects.requireNonNull(rtmpTls);
  }

  private void listenRtmp(
      ListenAddress address, @Nullable Supplier<SslContext> tls, TrustedProxies prefaced)
      throws IOException {
    InetSocketAddress bound = rtmp.listen(address.socketAddress(), tls, prefaced);
    if (tls == null && rtmpPort == null) {
      rtmpPort = bound.getPort();
    }
    String host = address.host().isEmpty() ? "*" : address.host();
    String scheme = tls == null ? "rtmp://" : "rtmps://";
    listening.add(scheme + new ListenAddress(host, bound.getPort()));
  }

  /**
   * Opens the streams whose sources need nobody to come, spread over the loops; lets go of those
   * that were such ones before.
   */
  private void keepStreams() {
    synchronized (kept) {
      Config config = live.now();
      var wanted = new LinkedHashSet<StreamName>();
      for (StreamSelector selector : config.streams().entries().keySet()) {
        StreamName name = selector.name();
        if (name != null && config.policy(name).sources().runsByItself()) {
          wanted.add(name);
        }
      }
      for (StreamName name : List.copyOf(kept)) {
        if (!wanted.contains(name)) {
          kept.remove(name);
          hub.unkeep(name);
        }
      }
      for (StreamName name : wanted) {
        if (kept.add(name)) {
          hub.keep(name, loops.all().get(kept.size() % loops.all().size()));
        }
      }
    }
  }

  /** Makes ready for another configuration; see {@link LiveConfig.Taker}. */
  private Supplier<List<StreamName>> prepare(Config next) throws IOException {
    Config before = live.now();
    Runnable rules = access.prepare(next.access());
    return () -> {
      rules.run();
      certificates.again();
      if (next.log().level() != before.log().level()) {
        LogSetup.level(next.log().level());
      }
      List<StreamName> touched = hub.reconfigure();
      keepStreams();
      return touched;
    };
  }

  /**
   * Reads the configuration again, and takes what has changed, or refuses it as a whole. Blocks;
   * not for a loop.
   *
   * @param by who wants it, a word for the log
   */
  public LiveConfig.Outcome reload(String by) {
    return live.reload(by);
  }

  /** Before anybody can come: whoever proves himself by a key may be the first one. */
  private void beginChores() {
    var summary = new Summary(new LiveReports(hub));
    every(Summary.PERIOD_MS, summary::write);
    every(SessionBook.ROUND_MS, access.rules()::round);
    every(BACKEND_PERIOD_MS, events::tick);
    every(BACKEND_PERIOD_MS, access::tickBackends);
    every(KEYS_PERIOD_MS, access::tickKeys);
    access.tickKeys();
    every(LOOK_PERIOD_MS, () -> Thread.ofVirtual().name("sluice-config").start(this::look));
    every(CLOCK_PERIOD_MS, this::compareClocks);
  }

  /**
   * Looks at the file of the configuration; reading it may take its time, which chores have not.
   */
  private void look() {
    try {
      live.look();
      certificates.look();
    } catch (RuntimeException fault) {
      EventLog.error("config-failed", fault);
    }
  }

  private void every(long periodMs, Runnable chore) {
    Runnable safe =
        () -> {
          try {
            chore.run();
          } catch (RuntimeException fault) {
            EventLog.error("chore-failed", fault);
          }
        };
    chores.scheduleAtFixedRate(safe, periodMs, periodMs, TimeUnit.MILLISECONDS);
  }

  private void compareClocks() {
    long steppedNs =
        utc.compare(
            System.nanoTime(), System.currentTimeMillis() * NS_PER_MS, CLOCK_PERIOD_MS * NS_PER_MS);
    if (steppedNs != 0) {
      EventLog.warn(
          "clock-stepped",
          "ms",
          steppedNs / NS_PER_MS,
          "what",
          "streams keep their time and follow slowly; restart to take the new time at once");
    }
  }

  /** The first port of HTTP. */
  public int httpPort() {
    return Objects.requireNonNull(httpPort);
  }

  /** The first port of RTMP without TLS; null when there is none. */
  public @Nullable Integer rtmpPort() {
    return rtmpPort;
  }

  /** The first port that has SRS's API alone; null when there is none. */
  public @Nullable Integer srsPort() {
    return srsPort;
  }

  /** Who may do what here. */
  public AccessRules access() {
    return access.rules();
  }

  /** Everything that is to be had over HTTP. */
  List<HttpRoutes> faces() {
    return List.copyOf(faces);
  }

  /** The streams. */
  public Hub hub() {
    return hub;
  }

  /** The event loops. */
  public NettyLoops loops() {
    return loops;
  }

  /** Name and version, as peers are told. */
  public String serverName() {
    return serverName;
  }

  /**
   * Stops: accepts nobody any more, tells everybody who is there, waits for them at most a few
   * seconds, and closes. Blocks; not for a loop.
   */
  @Override
  public void close() {
    stopping = true;
    segments.stopping();
    chores.shutdownNow();
    rtmp.close();
    rtmp.askToReconnect(Reason.SHUTTING_DOWN.text());
    await(RECONNECT_MS, () -> rtmp.reconnecting() == 0);
    hub.close();
    await(STOP_MS, () -> hub.streams().isEmpty() && rtmp.connections() == 0);
    segments.close();
    eventRoutes.close();
    if (srsHttp != null) {
      srsHttp.close(STOP_MS);
    }
    if (http != null) {
      http.close(STOP_MS);
    }
    await(STOP_MS, hub::sweep); // what was on its way to viewers, who have gone by now
    events.close(STOP_MS);
    try {
      access.close();
      wanted.store.close();
      ledgers.close(); // before the loops end, which are told of what has been written
      if (segmentFiles != null) {
        segmentFiles.close();
      }
      vertx.close().toCompletionStage().toCompletableFuture().get(STOP_MS, TimeUnit.MILLISECONDS);
      data.close();
    } catch (ExecutionException | TimeoutException | IOException failed) {
      EventLog.warn("stop", "what", "not in good order: " + failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    EventLog.info("stopped");
  }

  /** Waits until {@code done}, at most {@code boundMs}. */
  private static void await(long boundMs, BooleanSupplier done) {
    long untilNs = System.nanoTime() + boundMs * NS_PER_MS;
    try {
      while (!done.getAsBoolean() && untilNs - System.nanoTime() > 0) {
        Thread.sleep(POLL_MS);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
