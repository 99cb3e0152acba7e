package dev.sluice.node;

import dev.sluice.access.backend.BackendRequest;
import dev.sluice.access.backend.SrsIds;
import dev.sluice.event.HookReceiver;
import dev.sluice.node.config.EventSettings;
import dev.sluice.node.config.WebAddress;
import dev.sluice.node.config.Word;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Comparator;
import java.util.List;

/**
 * SRS's heartbeat: a JSON object by POST, every so often. One that is not answered is not followed
 * by others before it is given up.
 */
final class Heartbeat {
  private final HookReceiver receiver;
  private final BackendRequest request;
  private final long intervalMs;
  private boolean begun;
  private long lastMs;

  private Heartbeat(HookReceiver receiver, BackendRequest request, long intervalMs) {
    this.receiver = receiver;
    this.request = request;
    this.intervalMs = intervalMs;
  }

  /** As configured; nothing is posted yet. */
  static Heartbeat of(EventSettings.Heartbeat settings, WebAddress to, HookReceiver receiver) {
    Word ip = settings.ip();
    String body =
        body(
            settings.deviceId().value(),
            ip == null ? ownAddress() : ip.value(),
            ProcessHandle.current().pid());
    return new Heartbeat(
        receiver,
        BackendRequest.post(to.uri(), "application/json", body),
        settings.interval().toMillis());
  }

  /** What is posted. */
  static String body(String deviceId, String ip, long pid) {
    return new JsonObject()
        .put("device_id", deviceId)
        .put("ip", ip)
        .put("server", SrsIds.SERVER)
        .put("service", SrsIds.SERVICE)
        .put("pid", Long.toString(pid))
        .encode();
  }

  /**
   * The first address that others may reach, IPv4 before IPv6; that of loopback for want of one.
   */
  private static String ownAddress() {
    try {
      List<InetAddress> all =
          NetworkInterface.networkInterfaces()
              .flatMap(NetworkInterface::inetAddresses)
              .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
              .sorted(Comparator.comparingInt(address -> address.getAddress().length))
              .toList();
      return (all.isEmpty() ? InetAddress.getLoopbackAddress() : all.getFirst()).getHostAddress();
    } catch (SocketException unknown) {
      return InetAddress.getLoopbackAddress().getHostAddress();
    }
  }

  /** Time has passed; to be called several times a second. */
  void tick(long nowMs) {
    if (!begun || nowMs - lastMs >= intervalMs) {
      begun = true;
      lastMs = nowMs;
      receiver.tellIfIdle(request);
    }
  }
}
