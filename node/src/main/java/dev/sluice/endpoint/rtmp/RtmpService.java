package dev.sluice.endpoint.rtmp;

import dev.sluice.hub.Hub;
import dev.sluice.hub.MemoryBudget;
import dev.sluice.media.MediaChoice;
import dev.sluice.session.rtmp.Capabilities;
import dev.sluice.session.rtmp.RtmpServerSettings;
import dev.sluice.wire.rtmp.SharedMemory;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What all RTMP connections share. Any thread. */
final class RtmpService {
  /**
   * What this server says of itself: whatever it is given, it hands on, also codecs that it does
   * not understand.
   */
  static final Capabilities CAPABILITIES =
      new Capabilities(
          List.of(Capabilities.ANY),
          Map.of(Capabilities.ANY, Capabilities.FORWARDS),
          Map.of(Capabilities.ANY, Capabilities.FORWARDS),
          Capabilities.RECONNECTS
              | Capabilities.MULTITRACK
              | Capabilities.MOD_EX
              | Capabilities.NANOSECONDS);

  private final Hub hub;
  private final RtmpServerSettings settings;
  private final String serverName;
  private final SharedMemory arrivals;
  private final @Nullable BandCheckPolicy bandCheck;
  private final BandCheckTurns bandCheckTurns;
  private final Set<RtmpConnectionHandler> connections = ConcurrentHashMap.newKeySet();

  RtmpService(
      Hub hub,
      RtmpServerSettings settings,
      String serverName,
      @Nullable BandCheckPolicy bandCheck) {
    this.bandCheck = bandCheck;
    this.bandCheckTurns = new BandCheckTurns(bandCheck == null ? 0 : bandCheck.intervalNs());
    this.hub = hub;
    this.settings = settings;
    this.serverName = serverName;
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

  /** How bandwidth is checked; null when it is not. */
  @Nullable BandCheckPolicy bandCheck() {
    return bandCheck;
  }

  BandCheckTurns bandCheckTurns() {
    return bandCheckTurns;
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

  /**
   * The form for what a player wants to have; at least one of audio and video.
   *
   * @param fromMs as {@link RtmpForm#fromMs}
   */
  RtmpForm form(PlayerDialect player, boolean audio, boolean video, @Nullable Long fromMs) {
    MediaChoice media =
        audio && video ? MediaChoice.ALL : audio ? MediaChoice.AUDIO : MediaChoice.VIDEO;
    return new RtmpForm(settings.chunkSize(), player, media, fromMs);
  }

  /** Connections there are. */
  Set<RtmpConnectionHandler> connections() {
    return connections;
  }
}
