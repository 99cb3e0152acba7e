package dev.sluice.node;

import dev.sluice.access.AccessListener;
import dev.sluice.access.backend.BackendForm;
import dev.sluice.access.backend.BackendPolicy;
import dev.sluice.access.backend.BackendReply;
import dev.sluice.access.backend.BackendRequest;
import dev.sluice.event.EventFilter;
import dev.sluice.event.EventKind;
import dev.sluice.event.Events;
import dev.sluice.event.Hook;
import dev.sluice.event.HookReceiver;
import dev.sluice.event.Hooks;
import dev.sluice.event.HubEvents;
import dev.sluice.event.Webhook;
import dev.sluice.hub.Admission;
import dev.sluice.hub.HubListener;
import dev.sluice.net.OutgoingHttp;
import dev.sluice.node.config.EventSettings;
import dev.sluice.node.config.WebAddress;
import dev.sluice.node.config.WebTemplate;
import dev.sluice.node.config.WebhookSettings;
import dev.sluice.node.log.EventLog;
import dev.sluice.wire.Bytes;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Events of a node and who is told of them, as configured. */
final class NodeEvents {
  /** Of the data folder, where stands what webhooks have left to deliver. */
  private static final String WEBHOOKS = "webhooks";

  private static final long NS_PER_MS = 1_000_000;

  private static final Duration BEAT_TIME_LIMIT = Duration.ofSeconds(5);
  private static final Executor THREADS =
      task -> Thread.ofVirtual().name("sluice-events").start(task);

  private final Events events = new Events(System::currentTimeMillis, THREADS);
  private final OutgoingHttp http;
  private final HubEvents heard;
  private final AccessListener accessListener;
  private final List<HookReceiver> receivers;
  private final List<ConnectHook.Asked> connects = new ArrayList<>();
  private final List<BackendCaller> callers = new ArrayList<>();
  private final List<Webhook> webhooks = new ArrayList<>();
  private final @Nullable Heartbeat beat;

  private NodeEvents(
      EventSettings settings, HubListener log, AccessListener accessLog, OutgoingHttp http) {
    this.http = http;
    this.heard = new HubEvents(events, log, AccessLog::tells);
    this.accessListener = heard.access(accessLog);
    var told = new Told();
    EventSettings.Srs srs = settings.srs();
    told.by(Hook.SRS_CLOSE, srs.onClose(), srs.timeLimit());
    told.by(Hook.SRS_UNPUBLISH, srs.onUnpublish(), srs.timeLimit());
    told.by(Hook.SRS_STOP, srs.onStop(), srs.timeLimit());
    told.by(Hook.SRS_HLS, srs.onHls(), srs.timeLimit());
    told.byGet(Hook.SRS_HLS_NOTIFY, srs.onHlsNotify(), srs.timeLimit());
    EventSettings.Nginx nginx = settings.nginx();
    told.by(Hook.NGINX_DISCONNECT, nginx.onDisconnect(), nginx.timeLimit());
    told.by(Hook.NGINX_PUBLISH_DONE, nginx.onPublishDone(), nginx.timeLimit());
    told.by(Hook.NGINX_PLAY_DONE, nginx.onPlayDone(), nginx.timeLimit());
    told.by(Hook.NGINX_DONE, nginx.onDone(), nginx.timeLimit());
    EventSettings.Heartbeat heartbeat = settings.heartbeat();
    WebAddress beatTo = heartbeat.url();
    this.beat = beatTo == null ? null : Heartbeat.of(heartbeat, beatTo, receiver(told, beatTo));
    this.receivers = List.copyOf(told.receivers.values());
    if (!told.wanted.isEmpty()) {
      events.listen(new Hooks(told.wanted));
    }
    connect("events.srs.onConnect", Hook.SRS_CONNECT, srs.onConnect(), srs.timeLimit());
    connect("events.nginx.onConnect", Hook.NGINX_CONNECT, nginx.onConnect(), nginx.timeLimit());
  }

  /**
   * None have happened yet.
   *
   * @param log hears what the hub says, too
   * @param accessLog hears what access decides, too
   * @param data folder in which stands what is left to deliver
   * @param http carries all of it
   * @throws IOException when that cannot be used
   */
  static NodeEvents of(
      EventSettings settings,
      HubListener log,
      AccessListener accessLog,
      Path data,
      RandomGenerator random,
      OutgoingHttp http)
      throws IOException {
    var events = new NodeEvents(settings, log, accessLog, http);
    for (WebhookSettings webhook : settings.webhooks()) {
      events.add(webhook, data.resolve(WEBHOOKS), random);
    }
    return events;
  }

  private void add(WebhookSettings settings, Path folder, RandomGenerator random)
      throws IOException {
    URI uri = Objects.requireNonNull(settings.url()).uri();
    String secret = Objects.requireNonNull(settings.secret()).value();
    var webhook =
        new Webhook(
            uri,
            new EventFilter(Set.copyOf(settings.kinds()), settings.streams()),
            settings.maxSize().bytes(),
            new WebhookPost(
                folder,
                uri,
                Bytes.of(secret.getBytes(StandardCharsets.UTF_8)),
                settings.timeLimit(),
                System::currentTimeMillis,
                http),
            random,
            NodeEvents::nowMs,
            THREADS,
            count ->
                events.tell(
                    EventKind.EVENTS_LOST, null, null, "", Webhook.lostFigures(uri, count)));
    webhooks.add(webhook);
    events.listen(webhook);
  }

  private static long nowMs() {
    return System.nanoTime() / NS_PER_MS;
  }

  private void connect(String rule, Hook hook, List<WebAddress> receivers, Duration timeLimit) {
    if (!receivers.isEmpty()) {
      var caller =
          new BackendCaller(
              new BackendPolicy(timeLimit.toMillis(), 0),
              BackendCaller.http(hook.form(), http),
              NodeEvents::nowMs);
      callers.add(caller);
      List<URI> addresses = receivers.stream().map(WebAddress::uri).toList();
      connects.add(new ConnectHook.Asked(rule, hook, addresses, caller));
    }
  }

  /** Gathers who is told what; of one address and form there is one receiver. */
  private final class Told {
    private final Map<String, HookReceiver> receivers = new LinkedHashMap<>();
    private final List<Hooks.Wanted> wanted = new ArrayList<>();

    void by(Hook hook, List<WebAddress> addresses, Duration timeLimit) {
      for (WebAddress address : addresses) {
        add(hook, hook.form() + " " + address, hook.form(), address.uri(), timeLimit);
      }
    }

    /** Any success will do: the address may be that of a file. */
    void byGet(Hook hook, List<WebTemplate> addresses, Duration timeLimit) {
      for (WebTemplate address : addresses) {
        add(hook, "GET " + address, BackendForm.NGINX, address.uri(), timeLimit);
      }
    }

    private void add(Hook hook, String key, BackendForm form, URI uri, Duration timeLimit) {
      HookReceiver receiver = receivers.computeIfAbsent(key, _ -> receiver(form, uri, timeLimit));
      wanted.add(new Hooks.Wanted(hook, receiver));
    }
  }

  /** Of its own, since what is told in order holds it up. */
  private HookReceiver receiver(Told told, WebAddress beatTo) {
    HookReceiver receiver = receiver(BackendForm.SRS, beatTo.uri(), BEAT_TIME_LIMIT);
    told.receivers.put("heartbeat", receiver);
    return receiver;
  }

  private HookReceiver receiver(BackendForm form, URI uri, Duration timeLimit) {
    var shown = new BackendRequest("POST", uri, "", ""); // says itself without what is secret
    return new HookReceiver(
        uri,
        request ->
            BackendCaller.ask(form, http, request, timeLimit.toMillis())
                instanceof BackendReply.Allowed,
        NodeEvents::nowMs,
        THREADS,
        down ->
            EventLog.warn(
                "events", "receiver", shown, "what", down ? "it is down" : "it is up again"));
  }

  /** Where events are told and read. */
  Events events() {
    return events;
  }

  /** What the hub's listener is. */
  HubListener heard() {
    return heard;
  }

  /** What access's listener is. */
  AccessListener accessListener() {
    return accessListener;
  }

  /** Who is told by hooks. */
  List<HookReceiver> receivers() {
    return receivers;
  }

  /** Access, behind what is to be asked before. */
  Admission admission(Admission access) {
    Admission first = access;
    for (ConnectHook.Asked asked : connects.reversed()) {
      first = new ConnectHook(first, asked, accessListener);
    }
    return first;
  }

  /** Who gets signed batches. */
  List<Webhook> webhooks() {
    return List.copyOf(webhooks);
  }

  /** Writes down what is left to deliver. Blocks for at most {@code boundMs} each. */
  void close(long boundMs) {
    try {
      for (Webhook webhook : webhooks) {
        webhook.close(boundMs);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** Time has passed; to be called several times a second. */
  void tick() {
    webhooks.forEach(Webhook::tick);
    if (beat != null) {
      beat.tick(nowMs());
    }
    receivers.forEach(HookReceiver::tick);
    callers.forEach(BackendCaller::tick);
  }
}
