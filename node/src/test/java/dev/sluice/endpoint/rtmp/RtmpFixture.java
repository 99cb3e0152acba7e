package dev.sluice.endpoint.rtmp;

import dev.sluice.hub.Admission;
import dev.sluice.hub.Client;
import dev.sluice.hub.Hub;
import dev.sluice.hub.HubListener;
import dev.sluice.hub.Loop;
import dev.sluice.hub.MemoryBudget;
import dev.sluice.hub.Reason;
import dev.sluice.hub.SimLoops;
import dev.sluice.hub.Viewer;
import dev.sluice.media.StreamName;
import dev.sluice.node.config.Config;
import dev.sluice.node.config.ConfigParser;
import dev.sluice.session.rtmp.Capabilities;
import dev.sluice.session.rtmp.RtmpServerSettings;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An RTMP endpoint with a hub behind it and RTMP clients before it, in one thread. */
final class RtmpFixture {
  static final long MS = 1_000_000;

  static final BandCheckPolicy BAND_CHECK =
      new BandCheckPolicy("bandcheck.srs.com", "key-for-checks", 30_000 * MS, 1_000);

  final SimLoops sim = new SimLoops(1);
  final List<String> events = new ArrayList<>();

  /** Where connections wanted to be, and what came from and went to them. */
  final List<String> places = new ArrayList<>();

  final Loop loop = sim.loop(0);
  final Hub hub;
  final RtmpService service;
  private final List<RtmpPeer> peers = new ArrayList<>();
  private int connections;

  RtmpFixture(String yaml) {
    this(yaml, admission());
  }

  RtmpFixture(String yaml, Admission admission) {
    Config config =
        switch (ConfigParser.parse("test", yaml, Map.of())) {
          case ConfigParser.Valid valid -> valid.loaded().config();
          case ConfigParser.Invalid invalid ->
              throw new IllegalArgumentException(invalid.problems().toString());
        };
    this.hub =
        new Hub(
            config::policy,
            admission,
            new MemoryBudget(1 << 30),
            nowNs -> 1_800_000_000_000L * MS + nowNs,
            ByteBufAllocator.DEFAULT,
            listener(),
            100);
    this.service = new RtmpService(hub, RtmpServerSettings.DEFAULT, "Sluice/test", BAND_CHECK);
  }

  private HubListener listener() {
    return new HubListener() {
      @Override
      public void sourceLost(StreamName name, Client source, Reason reason, long graceNs) {
        events.add(source.connectionId() + " lost: " + reason.label());
      }

      @Override
      public void viewerLeft(StreamName name, Viewer.Report viewer, Reason reason) {
        events.add(viewer.client().connectionId() + " left: " + reason.label());
      }

      @Override
      public void connectionClosed(Client connection, Reason reason, String why) {
        events.add(connection.connectionId() + " closed: " + reason.label() + ", " + why);
      }

      @Override
      public void connected(Client connection, String place) {
        places.add(connection.connectionId() + " at " + place);
      }

      @Override
      public void disconnected(Client connection, String place, long bytesIn, long bytesOut) {
        places.add(
            "%s gone from %s: %d, %d"
                .formatted(connection.connectionId(), place, bytesIn, bytesOut));
      }

      @Override
      public void connectionFailed(Client connection, Throwable fault) {
        throw new AssertionError(connection.connectionId(), fault);
      }
    };
  }

  private static Admission admission() {
    return new Admission() {
      @Override
      public void publish(
          StreamName name, Client client, Loop loop, Consumer<@Nullable Reason> answer) {
        answer.accept("wrong".equals(client.token()) ? Reason.TOKEN_WRONG : null);
      }

      @Override
      public void play(
          StreamName name, Client client, Loop loop, Consumer<@Nullable Reason> answer) {
        answer.accept(null);
      }
    };
  }

  RtmpPeer publisher(String stream) {
    return connect("rtmp://localhost/" + stream, true);
  }

  RtmpPeer player(String stream) {
    return connect("rtmp://localhost/" + stream, false);
  }

  /** A player that says what it can do. */
  RtmpPeer player(String stream, Capabilities capabilities) {
    return connect("rtmp://localhost/" + stream, false, capabilities);
  }

  private RtmpPeer connect(String url, boolean publishes) {
    return connect(url, publishes, Capabilities.NONE);
  }

  private RtmpPeer connect(String url, boolean publishes, Capabilities capabilities) {
    connections++;
    var handler =
        new RtmpConnectionHandler(
            service,
            loop,
            "T-" + connections,
            "127.0.0.1",
            1_000 + connections,
            false,
            new SplittableRandom(connections));
    var peer = new RtmpPeer(sim, handler, url, publishes, capabilities, connections);
    peers.add(peer);
    pump();
    return peer;
  }

  /** Lets everybody talk until nobody has anything to say. */
  void pump() {
    boolean busy = true;
    while (busy) {
      sim.runFor(0);
      busy = false;
      for (RtmpPeer peer : peers) {
        busy |= peer.pump();
      }
    }
  }

  /** Lets {@code ms} pass, with talk in between. */
  void pass(long ms) {
    for (long done = 0; done < ms; done += 10) {
      sim.runFor(10 * MS);
      pump();
    }
  }

  void close() {
    hub.close();
    pump();
    pass(2_000);
    peers.forEach(RtmpPeer::close);
  }
}
