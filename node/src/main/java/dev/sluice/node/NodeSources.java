package dev.sluice.node;

import dev.sluice.access.AddressBlock;
import dev.sluice.cluster.LinkPeer;
import dev.sluice.cluster.LinkPuller;
import dev.sluice.endpoint.rtmp.RtmpPuller;
import dev.sluice.hub.HubListener;
import dev.sluice.hub.SourceJobs;
import dev.sluice.hub.UtcClock;
import dev.sluice.hub.segments.SegmentStreams;
import dev.sluice.hub.source.Delivery;
import dev.sluice.media.StreamName;
import dev.sluice.mux.flv.FlvMetadata;
import dev.sluice.net.AddressGuard;
import dev.sluice.net.Dialer;
import dev.sluice.net.HttpCall;
import dev.sluice.net.NettyLoops;
import dev.sluice.net.Transport;
import dev.sluice.node.config.Config;
import dev.sluice.node.config.Delivered;
import dev.sluice.node.config.LiveConfig;
import dev.sluice.node.config.NodeUrl;
import dev.sluice.node.config.Secret;
import dev.sluice.node.config.SourceInput;
import dev.sluice.node.log.ConnectionIds;
import dev.sluice.restream.Backoff;
import dev.sluice.restream.FilesOnDisk;
import dev.sluice.restream.MediaOpener;
import dev.sluice.restream.Programme;
import dev.sluice.restream.Restream;
import dev.sluice.session.rtmp.RtmpClientSettings;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBufAllocator;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** From the configured sources to the jobs that bring them. */
final class NodeSources {
  private final RtmpPuller puller;
  private final UtcClock utc;
  private final MediaOpener files = new FilesOnDisk(ByteBufAllocator.DEFAULT);

  private final @Nullable LinkPeer peer;
  private final SegmentStreams segments;
  private final HubListener listener;
  private final ConnectionIds links = new ConnectionIds("K");

  private NodeSources(
      RtmpPuller puller,
      UtcClock utc,
      @Nullable LinkPeer peer,
      SegmentStreams segments,
      HubListener listener) {
    this.puller = puller;
    this.utc = utc;
    this.peer = peer;
    this.segments = segments;
    this.listener = listener;
  }

  /** The jobs of the streams of {@code live}. */
  static SourceJobs jobs(
      LiveConfig live,
      NettyLoops loops,
      Transport transport,
      String serverName,
      RandomGenerator random,
      UtcClock utc,
      SegmentStreams segments,
      HubListener listener) {
    Config config = live.now();
    var guard = new AddressGuard(address -> isIn(live.now().pull().allow(), address));
    var dialer = new Dialer(transport, loops, guard, config.pull().connectTimeout().toNanos());
    var pulls = new ConnectionIds("P");
    var puller =
        new RtmpPuller(dialer, RtmpClientSettings.DEFAULT, serverName, pulls::next, random);
    LinkPeer peer = peer(config.cluster(), dialer, random, utc);
    var sources = new NodeSources(puller, utc, peer, segments, listener);
    var plays = new ConnectionIds("F");
    return new Restream(
        (name, source) -> sources.input(name, source.delivery()),
        new Backoff(config.pull().retryFirst().toNanos(), config.pull().retryMost().toNanos()),
        random,
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("file-", 0).factory()),
        said -> FlvMetadata.cleaned(said, serverName),
        plays::next);
  }

  private static @Nullable LinkPeer peer(
      Config.Cluster cluster, Dialer dialer, RandomGenerator random, UtcClock utc) {
    NodeUrl source = cluster.source();
    Secret key = cluster.key();
    if (source == null || key == null) {
      return null;
    }
    var target = new HttpCall.Target(source.tls(), source.host(), source.port());
    return new LinkPeer(target, bytes(key), dialer, random, utc);
  }

  /** The key of the cluster as its proofs are made with it. */
  static Bytes bytes(Secret key) {
    return Bytes.of(key.value().getBytes(StandardCharsets.US_ASCII));
  }

  private static boolean isIn(List<AddressBlock> blocks, InetAddress address) {
    return blocks.stream().anyMatch(block -> block.contains(address));
  }

  private Restream.Input input(StreamName name, @Nullable Delivery delivery) {
    return switch ((Delivered) Objects.requireNonNull(delivery)) {
      case Delivered.OfCluster _ -> {
        LinkPeer from = Objects.requireNonNull(peer);
        yield new Restream.Fetch(
            new LinkPuller(from, name, segments, listener, links::next)::fetch);
      }
      case Delivered.Backup(Path file) ->
          new Restream.Play("file", Programme.file(file, true, files));
      case Delivered.Listed(SourceInput input, boolean loop) -> listed(name, input, loop);
    };
  }

  private Restream.Input listed(StreamName name, SourceInput input, boolean again) {
    return switch (input.kind()) {
      case PUBLISH -> throw new IllegalStateException("no job publishes " + name);
      case RTMP ->
          new Restream.Fetch((loop, port, ended) -> puller.fetch(input.text(), loop, port, ended));
      case FILE -> new Restream.Play("file", Programme.file(input.path(), again, files));
      case PLAYLIST ->
          new Restream.Play("playlist", Programme.playlist(input.path(), again, files));
      case TEST -> new Restream.Generate(utc);
    };
  }
}
