package dev.sluice.net;

import dev.sluice.hub.ConnectionGate;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.wire.MalformedException;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.CorsHandler;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP port: HTTP/1.1, HTTP/2 over TLS, WebSocket, any number of listeners. Each event loop has
 * a server and a router of its own for each listener; connections are dealt out evenly and stay
 * where they are put.
 */
public final class HttpFront {
  private static final Logger LOG = LoggerFactory.getLogger(HttpFront.class);
  private static final AttributeKey<Reason> REFUSED = AttributeKey.valueOf("sluice-refused");

  /** Requests at a time on one HTTP/2 connection. */
  private static final int MAX_HTTP2_STREAMS = 128;

  /** First line of a request. */
  private static final int MAX_LINE_BYTES = 8_192;

  /** Turned-away connections that wait for their answer; past it they are closed without one. */
  static final int MAX_REFUSED = 256;

  /** How long a turned-away connection may take to hear why. */
  static final int REFUSED_MS = 2_000;

  /** Numbers of free ports: the servers of one listener share one, and no others do. */
  private static final AtomicInteger RANDOM_PORTS = new AtomicInteger();

  private static final int ACCEPT_BACKLOG = 4_096;
  private static final long BIND_SECONDS = 10;

  private final Vertx vertx;
  private final HttpOptions options;
  private final ConnectionGate gate;
  private final List<HttpServer> servers = new ArrayList<>();
  private final List<HttpOptions.Listener> bound = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final TrustedProxies proxies;
  private final List<Prefaced> prefaced = new CopyOnWriteArrayList<>();
  private final List<Secured> secured = new ArrayList<>();
  private final AtomicLong withoutPreface = new AtomicLong();
  private final Predicate<Channel> door = this::accepted;
  private final @Nullable AcceptingTransport transport; // null where it shows nobody
  private volatile boolean closing;

  /** What serves the connections of one loop. */
  private record LoopFront(
      Loop loop, Router router, List<QuickRoute> quick, SimpleRequests requests) {}

  /**
   * Where connections of trusted proxies begin with the PROXY protocol's header.
   *
   * @param address null for all addresses
   */
  private record Prefaced(@Nullable InetAddress address, int port) {
    boolean is(InetSocketAddress local) {
      return local.getPort() == port && (address == null || address.equals(local.getAddress()));
    }
  }

  /** A listener with TLS, and how it was secured at first. */
  private record Secured(HttpServer server, ServerSSLOptions options) {}

  private HttpFront(Vertx vertx, HttpOptions options, ConnectionGate gate, TrustedProxies proxies) {
    this.vertx = vertx;
    this.options = options;
    this.gate = gate;
    this.proxies = proxies;
    this.transport =
        ((VertxInternal) vertx).transport() instanceof AcceptingTransport accepting
            ? accepting
            : null;
  }

  /**
   * Begins to listen. Not to be called on an event loop: waits until all listeners are bound.
   *
   * @param loops the loop of ours that stands for an event loop of {@code vertx}
   * @param routes faces, asked in this order
   * @throws IOException when an address cannot be bound or a TLS file cannot be used; nothing
   *     listens then
   */
  public static HttpFront start(
      Vertx vertx,
      HttpOptions options,
      ConnectionGate gate,
      Function<EventLoop, Loop> loops,
      List<HttpRoutes> routes)
      throws IOException {
    return start(vertx, options, gate, TrustedProxies.NONE, loops, routes);
  }

  /**
   * As {@link #start(Vertx, HttpOptions, ConnectionGate, Function, List)}.
   *
   * @param proxies whose word is taken for whom they speak for
   */
  public static HttpFront start(
      Vertx vertx,
      HttpOptions options,
      ConnectionGate gate,
      TrustedProxies proxies,
      Function<EventLoop, Loop> loops,
      List<HttpRoutes> routes)
      throws IOException {
    var front = new HttpFront(vertx, options, gate, proxies);
    List<ContextInternal> contexts = contexts((VertxInternal) vertx);
    List<LoopFront> fronts = new ArrayList<>();
    for (ContextInternal context : contexts) {
      Loop loop = loops.apply(context.nettyEventLoop());
      Router router = front.router(loop, routes);
      List<QuickRoute> quick =
          routes.stream().map(face -> face.quick(loop)).filter(Objects::nonNull).toList();
      fronts.add(new LoopFront(loop, router, quick, new SimpleRequests(options.anyOrigin())));
    }
    if (front.transport != null) {
      front.transport.watch(front.door);
    }
    try {
      for (HttpOptions.Listener listener : options.listeners()) {
        front.listen(listener, contexts, fronts);
      }
    } catch (IOException failed) {
      front.close(0);
      throw failed;
    }
    return front;
  }

  /** A Vert.x context on each event loop. */
  private static List<ContextInternal> contexts(VertxInternal vertx) {
    List<ContextInternal> contexts = new ArrayList<>();
    for (EventExecutor executor : vertx.nettyEventLoopGroup()) {
      contexts.add(
          vertx
              .contextBuilder()
              .withThreadingModel(ThreadingModel.EVENT_LOOP)
              .withEventLoop((EventLoop) executor)
              .build());
    }
    return contexts;
  }

  private Router router(Loop loop, List<HttpRoutes> routes) {
    Router router = Router.router(vertx);
    // failures of any status come here, so that Vert.x logs none of them as unhandled
    router.route().failureHandler(HttpFront::answerFailure);
    if (!options.corsOrigins().isEmpty()) {
      router.route().handler(cors());
    }
    BodyHandler bodies = BodyHandler.create(false).setBodyLimit(options.maxBodyBytes());
    // not by a route of these methods: other methods would then get 405 where nothing is
    router.route().handler(context -> readBody(context, bodies));
    for (HttpRoutes face : routes) {
      face.mount(router, loop);
    }
    for (int status : new int[] {400, 404, 405, 406, 413, 415}) { // without a failure, these
      router.errorHandler(status, context -> answerError(context, status));
    }
    return router;
  }

  private static void readBody(RoutingContext context, BodyHandler bodies) {
    switch (context.request().method().name()) {
      case "GET", "HEAD", "OPTIONS" -> context.next();
      default -> bodies.handle(context);
    }
  }

  private CorsHandler cors() {
    CorsHandler cors =
        CorsHandler.create()
            .allowedMethods(
                Set.of(
                    HttpMethod.GET,
                    HttpMethod.HEAD,
                    HttpMethod.POST,
                    HttpMethod.PUT,
                    HttpMethod.PATCH,
                    HttpMethod.DELETE,
                    HttpMethod.OPTIONS))
            .allowedHeaders(
                new LinkedHashSet<>(
                    List.of(
                        "Authorization",
                        "Content-Type",
                        "Range",
                        "If-Match",
                        "If-None-Match",
                        "Last-Event-ID")))
            .exposedHeaders(new LinkedHashSet<>(HttpOptions.EXPOSED_FIELDS))
            .maxAgeSeconds(86_400);
    return options.anyOrigin() ? cors : cors.addOrigins(List.copyOf(options.corsOrigins()));
  }

  private static void answerFailure(RoutingContext context) {
    Channel channel = ((ConnectionBase) context.request().connection()).channel();
    if (OneRequest.isBroken(channel) || isOfPeer(context.failure())) {
      answerError(context, 400);
    } else if (context.statusCode() >= 400 && context.statusCode() != 500) {
      answerError(context, context.statusCode());
    } else if (channel.isActive()) {
      LOG.error(
          "{} {} of {} failed",
          context.request().method(),
          context.request().path(),
          RequestPeer.of(context.request()).client(),
          context.failure());
      HttpAnswers.refuse(context.request(), Reason.FAILED);
    }
    // else the peer has gone in the middle of its request: no fault of ours, and nobody to tell
  }

  /** Whether the request could not be read for what the peer sent, or did not go on sending. */
  private static boolean isOfPeer(@Nullable Throwable fault) {
    return fault instanceof Http2Exception
        || fault instanceof HttpClosedException
        || fault instanceof StreamResetException;
  }

  private static void answerError(RoutingContext context, int status) {
    switch (status) {
      case 403 ->
          HttpAnswers.refuse(
              context.request(), status, "origin", "pages of this origin may not ask here");
      case 404 ->
          HttpAnswers.refuse(context.request(), status, "not-found", "nothing is at this path");
      case 405 ->
          HttpAnswers.refuse(
              context.request(), status, "method", "this path does not know the method");
      case 413 ->
          HttpAnswers.refuse(context.request(), status, "too-large", "the body is too large");
      default ->
          HttpAnswers.refuse(context.request(), status, "malformed", "the request is not valid");
    }
  }

  private void listen(
      HttpOptions.Listener listener, List<ContextInternal> contexts, List<LoopFront> fronts)
      throws IOException {
    String host = listener.host().isEmpty() ? anyAddress() : listener.host();
    SocketAddress address =
        listener.port() == 0
            ? SocketAddress.sharedRandomPort(RANDOM_PORTS.incrementAndGet(), host)
            : SocketAddress.inetSocketAddress(listener.port(), host);
    expectPreface(listener, listener.port()); // before anybody can come
    HttpServerOptions serverOptions = serverOptions(listener);
    int actual = 0;
    int first = servers.size();
    for (int i = 0; i < contexts.size(); i++) {
      ContextInternal context = contexts.get(i);
      LoopFront front = fronts.get(i);
      HttpServer server = vertx.createHttpServer(serverOptions);
      servers.add(server);
      server
          .connectionHandler(connection -> connected(connection, front))
          .requestHandler(request -> serve(request, front.router));
      Promise<HttpServer> listening = Promise.promise();
      context.runOnContext(_ -> server.listen(address).onComplete(listening));
      await(listening.future(), listener);
      actual = server.actualPort();
    }
    if (listener.port() == 0) {
      expectPreface(listener, actual);
    }
    if (listener.tls() != null) { // the servers of a listener share what they are secured by
      secured.add(new Secured(servers.get(first), serverOptions.getSslOptions().copy()));
    }
    bound.add(
        new HttpOptions.Listener(
            listener.host(), actual, listener.tls(), listener.proxyProtocol()));
  }

  private void expectPreface(HttpOptions.Listener listener, int port) throws IOException {
    if (!listener.proxyProtocol() || port == 0) {
      return;
    }
    if (transport == null) {
      throw new IOException("the PROXY protocol needs a transport that shows who is accepted");
    }
    prefaced.add(
        new Prefaced(
            listener.host().isEmpty() ? null : InetAddress.getByName(listener.host()), port));
  }

  /**
   * Whether a connection may come that nobody has touched yet. One that comes while its server goes
   * may not: Vert.x would have no loop for it, and fail. On an acceptor's thread.
   */
  private boolean accepted(Channel fresh) {
    if (!(fresh.localAddress() instanceof InetSocketAddress local)) {
      return true;
    }
    if (closing && bound.stream().anyMatch(each -> each.port() == local.getPort())) {
      return false;
    }
    if (prefaced.stream().anyMatch(each -> each.is(local))) {
      Peer peer = Peer.of(fresh);
      if (proxies.trusts(peer.endpoint().address())) {
        ProxyPreface.expect(fresh, why -> closedWithoutPreface(peer, why));
      }
    }
    return true;
  }

  private void closedWithoutPreface(Peer peer, String why) {
    long count = withoutPreface.incrementAndGet();
    if (Long.bitCount(count)
        == 1) { // the first, the second, the fourth: a check comes every second
      LOG.warn("connection of the proxy {} closed: {} ({} by now)", peer.address(), why, count);
    }
  }

  /** Connections of trusted proxies that were closed for want of a PROXY header. Any thread. */
  public long withoutPreface() {
    return withoutPreface.get();
  }

  private static void await(Future<HttpServer> listening, HttpOptions.Listener listener)
      throws IOException {
    try {
      listening.toCompletionStage().toCompletableFuture().get(BIND_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause() == null ? failed : failed.getCause();
      throw new IOException(
          "cannot listen on %s: %s".formatted(listener, cause.getMessage()), cause);
    } catch (TimeoutException late) {
      throw new IOException("cannot listen on %s: no answer".formatted(listener), late);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopped);
    }
  }

  /** All addresses: of IPv6 and IPv4 where the host has both, else of IPv4. */
  static String anyAddress() {
    try {
      for (NetworkInterface device :
          (Iterable<NetworkInterface>) NetworkInterface.networkInterfaces()::iterator) {
        for (InetAddress address : (Iterable<InetAddress>) device.inetAddresses()::iterator) {
          if (address instanceof Inet6Address) {
            return "::";
          }
        }
      }
    } catch (IOException unknown) {
      LOG.debug("no list of network interfaces", unknown);
    }
    return "0.0.0.0";
  }

  private HttpServerOptions serverOptions(HttpOptions.Listener listener) throws IOException {
    var server =
        new HttpServerOptions()
            .setMaxInitialLineLength(MAX_LINE_BYTES)
            .setMaxHeaderSize(options.maxHeaderBytes())
            .setHttp2ClearTextEnabled(false)
            .setInitialSettings(
                new Http2Settings()
                    .setMaxConcurrentStreams(MAX_HTTP2_STREAMS)
                    .setMaxHeaderListSize(options.maxHeaderBytes()))
            .setStrictThreadMode(true) // else a connection has a queue of 5 kB for other threads
            .setPerFrameWebSocketCompressionSupported(false) // media do not become less by it
            .setPerMessageWebSocketCompressionSupported(false)
            .setAcceptBacklog(ACCEPT_BACKLOG)
            .setTcpNoDelay(true)
            .setTcpKeepAlive(true);
    HttpOptions.Tls tls = listener.tls();
    if (tls != null) {
      server
          .setSsl(true)
          .setUseAlpn(true)
          .setSslHandshakeTimeout(options.requestTimeoutMs())
          .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
          .setKeyCertOptions(TlsPair.read(tls).forHttp())
          .setSslEngineOptions(TlsContexts.forHttp());
    }
    return server;
  }

  private void connected(HttpConnection connection, LoopFront front) {
    Channel channel = ((ConnectionBase) connection).channel();
    ProxyPreface.whenRead(channel, () -> letIn(connection, channel, front));
  }

  private void letIn(HttpConnection connection, Channel channel, LoopFront front) {
    Peer peer = Peer.of(channel);
    boolean proxy = proxies.trusts(peer.endpoint().address());
    String address = proxy ? "" : peer.address();
    RequestPeer.believe(channel, proxies);
    Reason reason = gate.opened(address);
    if (reason == null) {
      connections.incrementAndGet();
      channel
          .closeFuture()
          .addListener(_ -> {
            connections.decrementAndGet();
            gate.closed(address);
          });
    } else if (refused.incrementAndGet() > MAX_REFUSED) {
      refused.decrementAndGet();
      channel.close();
      return;
    } else {
      channel.attr(REFUSED).set(reason);
      channel.closeFuture().addListener(_ -> refused.decrementAndGet());
      channel.eventLoop().schedule(() -> channel.close(), REFUSED_MS, TimeUnit.MILLISECONDS);
    }
    channel.config().setOption(FairReads.OPTION, FairReads.allocator());
    if (connection.protocolVersion() == HttpVersion.HTTP_2) {
      String decoder = channel.pipeline().lastContext().name();
      channel
          .pipeline()
          .addBefore(decoder, "sluice-idle", new Http2Idle(options.keepAliveMs()))
          .addBefore(decoder, "sluice-frame-rate", new Http2FrameRate());
    } else {
      RequestDeadline.watch(channel, options);
      OneRequest.install(channel);
      if (reason == null) {
        QuickLane.install(channel, front.loop, front.quick, front.requests);
      }
    }
  }

  private void serve(HttpServerRequest request, Router router) {
    Channel channel = ((ConnectionBase) request.connection()).channel();
    Reason reason = channel.attr(REFUSED).get();
    if (reason == null) {
      Reason refusal = isQueryValid(request) ? sender(request, channel) : Reason.MALFORMED;
      if (refusal == null) {
        router.handle(request);
      } else {
        HttpAnswers.refuse(request, refusal);
      }
      return;
    }
    request.response().endHandler(_ -> request.connection().close());
    request.response().putHeader("Connection", "close");
    HttpAnswers.refuse(request, reason);
  }

  /**
   * Why the sender of a request may not send it, for what a proxy tells of him; null for nothing.
   */
  private @Nullable Reason sender(HttpServerRequest request, Channel channel) {
    RequestPeer sender;
    try {
      sender = RequestPeer.of(request);
    } catch (MalformedException unreadable) {
      return Reason.MALFORMED;
    }
    boolean lent = sender.relayed() && !proxies.trusts(sender.client().address());
    return lent
            && request.version() != HttpVersion.HTTP_2 // its requests share a connection
            && proxies.trusts(Peer.of(channel).endpoint().address())
        ? SpokenFor.begin(channel, gate, sender.address())
        : null;
  }

  /** Whether every percent escape is one; else whoever asks for a parameter would fail. */
  private static boolean isQueryValid(HttpServerRequest request) {
    try {
      request.params();
      return true;
    } catch (IllegalArgumentException malformed) {
      return false;
    }
  }

  /**
   * Secures connections that come from now on by {@code pair}; those that are there keep what they
   * have. Waits for it; not to be called on an event loop.
   *
   * @throws IOException when a listener does not take it, which stays as it is
   */
  public void secure(TlsPair pair) throws IOException {
    for (Secured listener : secured) {
      ServerSSLOptions options = listener.options.copy().setKeyCertOptions(pair.forHttp());
      try {
        listener
            .server
            .updateSSLOptions(options, true)
            .toCompletionStage()
            .toCompletableFuture()
            .get(BIND_SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException | TimeoutException refused) {
        throw new IOException("TLS cannot use the certificate: " + refused.getMessage(), refused);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", stopped);
      }
    }
  }

  /** Where the front listens, with true port numbers, in the order of the options. */
  public List<HttpOptions.Listener> listeners() {
    return List.copyOf(bound);
  }

  /** Connections that were let in and are open. Any thread. */
  public int connections() {
    return connections.get();
  }

  /**
   * Stops listening, gives requests under way {@code graceMs} to finish, and closes. Waits for it;
   * not to be called on an event loop.
   */
  public void close(long graceMs) {
    closing = true;
    List<Future<Void>> ending = new ArrayList<>();
    for (HttpServer server : servers) {
      ending.add(server.shutdown(graceMs, TimeUnit.MILLISECONDS));
    }
    try {
      Future.join(ending)
          .toCompletionStage()
          .toCompletableFuture()
          .get(graceMs + 5_000, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException failed) {
      LOG.warn("the HTTP front did not close in good order", failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } finally {
      if (transport != null) {
        transport.unwatch(door);
      }
    }
  }
}
