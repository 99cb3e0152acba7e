package dev.sluice.node.metrics;

import dev.sluice.event.EventKind;
import dev.sluice.event.Events;
import dev.sluice.event.HookReceiver;
import dev.sluice.event.Webhook;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.ToDoubleFunction;

/** Measures events and who reads them. */
public final class EventMeters {
  private EventMeters() {}

  /**
   * From now on.
   *
   * @param counters where everything is counted
   * @param receivers who is told by hooks
   * @param webhooks who gets signed batches
   * @param readers who follow events over HTTP at the moment
   */
  public static void measure(
      NodeMetrics counters,
      Events events,
      List<HookReceiver> receivers,
      List<Webhook> webhooks,
      IntSupplier readers) {
    PrometheusMeterRegistry registry = counters.registry();
    for (EventKind kind : EventKind.values()) {
      FunctionCounter.builder("sluice.events", events, all -> all.told(kind))
          .description("events, by kind")
          .tag("kind", kind.label())
          .register(registry);
    }
    FunctionCounter.builder("sluice.events.lost", events, Events::lost)
        .description("events for which there was no room, and refusals past those told a second")
        .register(registry);
    Gauge.builder("sluice.events.queued", events, Events::queued)
        .description("events that wait to be numbered")
        .register(registry);
    Gauge.builder("sluice.events.readers", readers::getAsInt)
        .description("who follow events over HTTP at the moment")
        .register(registry);
    for (HookReceiver receiver : receivers) {
      String host = String.valueOf(receiver.uri().getHost()) + receiver.uri().getPath();
      hooks(registry, receiver, host, "sent", all -> all.counts().sent());
      hooks(registry, receiver, host, "failed", all -> all.counts().failed());
      hooks(registry, receiver, host, "dropped", all -> all.counts().dropped());
    }
    webhooks.forEach(webhook -> webhook(registry, webhook));
  }

  private static void webhook(PrometheusMeterRegistry registry, Webhook webhook) {
    String host = String.valueOf(webhook.uri().getHost()) + webhook.uri().getPath();
    outcome(registry, webhook, host, "sent", all -> all.counts().sent());
    outcome(registry, webhook, host, "dropped", all -> all.counts().dropped());
    FunctionCounter.builder("sluice.webhooks.failed", webhook, all -> all.counts().failed())
        .description("posts that a receiver did not take")
        .tag("receiver", host)
        .register(registry);
    Gauge.builder("sluice.webhooks.left", webhook, all -> all.counts().left())
        .description("events that are left to deliver")
        .tag("receiver", host)
        .register(registry);
    Gauge.builder("sluice.webhooks.left.bytes", webhook, all -> all.counts().leftBytes())
        .description("what they take")
        .tag("receiver", host)
        .register(registry);
  }

  private static void outcome(
      PrometheusMeterRegistry registry,
      Webhook webhook,
      String host,
      String outcome,
      ToDoubleFunction<Webhook> count) {
    FunctionCounter.builder("sluice.webhooks.events", webhook, count)
        .description("events for a receiver, by what became of them")
        .tags("receiver", host, "outcome", outcome)
        .register(registry);
  }

  private static void hooks(
      PrometheusMeterRegistry registry,
      HookReceiver receiver,
      String host,
      String outcome,
      ToDoubleFunction<HookReceiver> count) {
    FunctionCounter.builder("sluice.hooks", receiver, count)
        .description("what receivers of hooks were to be told, by what became of it")
        .tags("receiver", host, "outcome", outcome)
        .register(registry);
  }
}
