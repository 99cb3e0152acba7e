package dev.sluice.endpoint.rtmp;

import dev.sluice.hub.Hub;
import dev.sluice.hub.MemoryBudget;
import dev.sluice.session.rtmp.RtmpServerSettings;
import dev.sluice.wire.rtmp.SharedMemory;
import java.util.concurrent.atomic.AtomicInteger;

/** What all RTMP connections share. Any thread. */
final class RtmpService {
  private final Hub hub;
  private final RtmpServerSettings settings;
  private final String serverName;
  private final RtmpForm both;
  private final RtmpForm audioOnly;
  private final RtmpForm videoOnly;
  private final SharedMemory arrivals;
  private final AtomicInteger connections = new AtomicInteger();

  RtmpService(Hub hub, RtmpServerSettings settings, String serverName) {
    this.hub = hub;
    this.settings = settings;
    this.serverName = serverName;
    this.both = new RtmpForm(settings.chunkSize(), true, true);
    this.audioOnly = new RtmpForm(settings.chunkSize(), true, false);
    this.videoOnly = new RtmpForm(settings.chunkSize(), false, true);
    this.arrivals = arrivals(hub.memory());
  }

  private static SharedMemory arrivals(MemoryBudget memory) {
    return new SharedMemory() {
      @Override
      public boolean take(long bytes) {
        return memory.takeForArrivals(bytes);
      }

      @Override
      public void giveBack(long bytes) {
        memory.giveBackArrivals(bytes);
      }
    };
  }

  /** What incomplete messages of all connections may take together. */
  SharedMemory arrivals() {
    return arrivals;
  }

  Hub hub() {
    return hub;
  }

  RtmpServerSettings settings() {
    return settings;
  }

  /** What metadata names as the server. */
  String serverName() {
    return serverName;
  }

  /** The form for what a player wants to have; at least one of the two. */
  RtmpForm form(boolean audio, boolean video) {
    if (audio && video) {
      return both;
    }
    return audio ? audioOnly : videoOnly;
  }

  /** Connections there are. */
  int connections() {
    return connections.get();
  }

  void connected() {
    connections.incrementAndGet();
  }

  void disconnected() {
    connections.decrementAndGet();
  }
}
