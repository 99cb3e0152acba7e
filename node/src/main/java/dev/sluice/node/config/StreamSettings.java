package dev.sluice.node.config;

import dev.sluice.hub.StreamPolicy;
import dev.sluice.hub.segments.SegmentPolicy;
import dev.sluice.hub.source.Seat;
import dev.sluice.hub.source.SourcePlan;
import dev.sluice.hub.source.SourceSpec;
import dev.sluice.hub.source.SwitchRules;
import dev.sluice.media.StreamName;
import dev.sluice.media.TimeReference;
import dev.sluice.media.Timescale;
import dev.sluice.media.TrackEpoch;
import dev.sluice.mux.packager.PackagerSettings;
import dev.sluice.mux.packager.SegmentKeys;
import dev.sluice.wire.Bytes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What can be set for each stream; {@code defaults} holds it for all, {@code streams} for one.
 * Always complete: what an entry of {@code streams} left out has come from {@code defaults}.
 */
public record StreamSettings(
    @Key(
            doc =
                "How long frames are gathered before they are sent, at most. More costs less CPU"
                    + " time, less is fresher; 0 sends with every picture.",
            byDefault = "100ms",
            min = "0",
            max = "350ms",
            when = When.LIVE)
        Duration latency,
    @Key(
            doc =
                "Whether the frames since the last key frame are kept, so that a new viewer has a"
                    + " picture at once.",
            byDefault = "true")
        boolean gopCache,
    @Key(
            doc = "Most bytes in the GOP cache; a longer GOP is not cached.",
            byDefault = "32MB",
            min = "64kB",
            max = "1GB")
        ByteSize gopCacheMaxBytes,
    @Key(
            doc = "Most media time in the GOP cache; a longer GOP is not cached.",
            byDefault = "30s",
            min = "1s",
            max = "5m")
        Duration gopCacheMaxTime,
    @Key(doc = "Where a new viewer begins.", byDefault = "gop", when = When.LIVE) Join join,
    @Key(
            doc = "What a viewer of a stream meets that nobody is publishing.",
            byDefault = "wait",
            when = When.LIVE)
        PlayBeforePublish playBeforePublish,
    @Key(
            doc = "How long such a viewer waits before it is refused; 0 means as long as it likes.",
            byDefault = "60s",
            min = "0",
            max = "1d")
        Duration playWaitTimeout,
    @Key(
            doc =
                "How long a stream whose publisher was lost keeps its viewers and waits for the"
                    + " publisher to come back.",
            byDefault = "10s",
            min = "0",
            max = "1h",
            when = When.LIVE)
        Duration reconnectGrace,
    @Key(
            doc = "Which second publisher may take a stream over that has one.",
            byDefault = "sameToken",
            when = When.LIVE)
        Takeover takeover,
    @Key(
            doc = "How long the first publisher must have been silent for `sameToken`.",
            byDefault = "2s",
            min = "0",
            max = "1m",
            when = When.LIVE)
        Duration takeoverSilence,
    @Key(
            doc =
                "How far a publisher may run ahead of the clock; beyond that its socket is not"
                    + " read until the clock has caught up.",
            byDefault = "3s",
            min = "100ms",
            max = "1m",
            when = When.LIVE)
        Duration maxLead,
    @Key(
            doc =
                "Unsent bytes of one viewer past which it skips to the next key frame that it can"
                    + " take.",
            byDefault = "8MB",
            min = "64kB",
            max = "1GB",
            when = When.LIVE)
        ByteSize backlogBytes,
    @Key(
            doc = "Unsent media time of one viewer past which it skips, as with `backlogBytes`.",
            byDefault = "10s",
            min = "500ms",
            max = "5m",
            when = When.LIVE)
        Duration backlogTime,
    @Key(
            doc = "How long a viewer that skips may take nothing at all before it is disconnected.",
            byDefault = "30s",
            min = "1s",
            max = "1h")
        Duration disconnectTime,
    @Key(
            doc =
                "Whose clock says at which time of day a stream's frames are. A source whose time"
                    + " is more than 60 s from its arrival is not believed.",
            byDefault = "auto")
        Time time,
    @Key(
            doc =
                "Whether a source may change a stream's tracks: another publisher than before, or"
                    + " one that brings a track later than 5 s after the stream began.",
            byDefault = "fixed")
        Tracks tracks,
    @Key(
            doc =
                "Whether RTMP and FLV time stamps are absolute (UTC milliseconds modulo 2^32)"
                    + " rather than counted from the stream's beginning.",
            byDefault = "false")
        boolean atc,
    @Key(
            doc = "Whether the stream stands in the public list that `listed` at top level opens.",
            byDefault = "true",
            when = When.LIVE)
        boolean listed,
    @Key(
            doc =
                "Whether the stream is cut into segments, for HLS. It costs the memory of what"
                    + " `playlistLength` says, at most of a minute, twice over.",
            byDefault = "true")
        boolean segments,
    @Key(
            doc =
                "How long a segment is: a key frame begins a new one when this has passed. A whole"
                    + " number of key frame intervals is best.",
            byDefault = "2s",
            min = "500ms",
            max = "1m")
        Duration segmentPeriod,
    @Key(
            doc = "How long a segment may become for want of a key frame.",
            byDefault = "10s",
            min = "500ms",
            max = "1m")
        Duration segmentMax,
    @Key(
            doc =
                "About how long the parts of a segment are, which low-latency players fetch one by"
                    + " one.",
            byDefault = "200ms",
            min = "50ms",
            max = "1m")
        Duration partLength,
    @Key(
            doc =
                "How much of the stream playlists list: so far back a player can go. What is older"
                    + " than a minute is in `segmentFiles`.",
            byDefault = "30s",
            min = "2s",
            max = "1d")
        Duration playlistLength,
    @Key(
            doc =
                "Whether the transport streams of `/{stream}.m3u8` are encrypted (AES-128). What"
                    + " `/{stream}/index.m3u8` lists is not.",
            byDefault = "false")
        boolean encryptSegments,
    @Key(
            doc = "How long a key is used before the next one is.",
            byDefault = "10m",
            min = "10s",
            max = "1d")
        Duration keyPeriod,
    @Key(
            doc =
                "A source that delivers no frame for so long has failed, and the next takes over."
                    + " Also how long a source that was just started is waited for before the next"
                    + " cold one is started.",
            byDefault = "60s",
            min = "200ms",
            max = "1h",
            when = When.LIVE)
        Duration sourceTimeout,
    @Key(
            doc = "A source that delivers no picture for so long has failed, too; 0 for never.",
            byDefault = "0",
            min = "0",
            max = "1h",
            when = When.LIVE)
        Duration videoTimeout,
    @Key(
            doc = "A source that delivers no sound for so long has failed, too; 0 for never.",
            byDefault = "0",
            min = "0",
            max = "1h",
            when = When.LIVE)
        Duration audioTimeout,
    @Key(
            doc =
                "How long a better source must have been good before it takes back, which it does"
                    + " at a key frame.",
            byDefault = "10s",
            min = "0",
            max = "1h",
            when = When.LIVE)
        Duration takeBackAfter,
    @Key(
            doc = "How long after its last viewer a stream with `onDemand` still fetches.",
            byDefault = "30s",
            min = "0",
            max = "1d",
            when = When.LIVE)
        Duration onDemandLinger,
    @Key(
            doc =
                "Whether sources that the server starts itself run only while somebody watches."
                    + " Otherwise they run from the start of the server on.",
            byDefault = "false",
            single = true,
            when = When.LIVE)
        boolean onDemand,
    @Key(
            doc =
                "Who delivers the stream, in the order of priority: the best one that delivers is"
                    + " what viewers get. None: whoever publishes it.",
            single = true,
            when = When.LIVE)
        List<SourceSettings> sources,
    @Key(
            doc =
                "Who may change this entry of `streams`, or `defaults`, when the file has it. What"
                    + " a pattern says here holds for the entries that it covers, too; what"
                    + " `defaults` says here, for none. See `docs/live-configuration.md`.",
            byDefault = "file",
            when = When.LIVE)
        Managed managed,
    @Key(
            doc =
                "A file that is played, over and over, while no source delivers. Its tracks"
                    + " should be those of the stream.",
            single = true,
            when = When.LIVE)
        @Nullable Path backup) {

  /** The same in the units of the hub, with the limits that are the whole server's. */
  public StreamPolicy policy(Config.Limits limits) {
    TrackEpoch.Rule rule =
        switch (tracks) {
          case FIXED -> TrackEpoch.Rule.FIXED;
          case FOLLOW -> TrackEpoch.Rule.FOLLOW;
        };
    return policy(limits, plan(), rule);
  }

  /** The same for a stream that another node has: it comes from there when somebody watches. */
  StreamPolicy policyElsewhere(Config.Limits limits, Config.Cluster cluster) {
    var source =
        new SourceSpec("0", "cluster " + cluster.source(), null, new Delivered.OfCluster());
    Seat seat = Seat.pull(0, Seat.Standby.HOT);
    return policy(
        limits,
        new SourcePlan(List.of(source), rules(List.of(seat), true, cluster.linger().toNanos())),
        TrackEpoch.Rule.FOLLOW);
  }

  private StreamPolicy policy(Config.Limits limits, SourcePlan plan, TrackEpoch.Rule rule) {
    return new StreamPolicy(
        latency.toNanos(),
        gopCache,
        Math.toIntExact(gopCacheMaxBytes.bytes()),
        gopCacheMaxTime.toNanos(),
        switch (join) {
          case GOP -> StreamPolicy.Join.GOP;
          case LIVE -> StreamPolicy.Join.LIVE;
        },
        playBeforePublish == PlayBeforePublish.WAIT,
        playWaitTimeout.toNanos(),
        plan,
        maxLead.toNanos(),
        backlogBytes.bytes(),
        backlogTime.toNanos(),
        disconnectTime.toNanos(),
        limits.viewersPerStream(),
        limits.bitrate().bitsPerSecond(),
        switch (time) {
          case ARRIVAL -> TimeReference.ARRIVAL;
          case SOURCE -> TimeReference.SOURCE;
          case AUTO -> TimeReference.AUTO;
        },
        rule,
        atc,
        listed);
  }

  /**
   * How the stream is cut into segments; a part or period that is too long is made to fit.
   *
   * @param secret of which keys are made
   */
  public SegmentPolicy segmentPolicy(StreamName name, Bytes secret) {
    long period90k = ticks(segmentPeriod);
    return new SegmentPolicy(
        segments,
        new PackagerSettings(
            period90k,
            Math.max(period90k, ticks(segmentMax)),
            Math.min(period90k, ticks(partLength))),
        playlistLength.toNanos(),
        encryptSegments ? new SegmentKeys(secret, name.toString(), ticks(keyPeriod)) : null,
        time == Time.SOURCE);
  }

  private static long ticks(Duration duration) {
    return Timescale.NANOS.convert(duration.toNanos(), Timescale.VIDEO);
  }

  /** Who delivers, as the hub is told. */
  private SourcePlan plan() {
    List<SourceSpec> specs = new ArrayList<>();
    List<Seat> seats = new ArrayList<>();
    for (SourceSettings source : sources) {
      Secret key = source.key();
      seats.add(source.seat(seats.size()));
      specs.add(
          new SourceSpec(
              Integer.toString(specs.size()),
              String.valueOf(source.input()),
              key == null ? null : key.value(),
              source.delivery()));
    }
    if (sources.isEmpty()) {
      seats.add(Seat.publish(0));
      specs.add(new SourceSpec("0", "publish", null));
    }
    if (backup != null) {
      seats.add(Seat.backup());
      specs.add(new SourceSpec("backup", "file:" + backup, null, new Delivered.Backup(backup)));
    }
    return new SourcePlan(specs, rules(seats, onDemand, onDemandLinger.toNanos()));
  }

  private SwitchRules rules(List<Seat> seats, boolean demanded, long lingerNs) {
    return new SwitchRules(
        seats,
        sourceTimeout.toNanos(),
        videoTimeout.toNanos(),
        audioTimeout.toNanos(),
        takeBackAfter.toNanos(),
        switch (takeover) {
          case SAME_TOKEN -> SwitchRules.Takeover.SAME_TOKEN;
          case ALWAYS -> SwitchRules.Takeover.ALWAYS;
          case NEVER -> SwitchRules.Takeover.NEVER;
        },
        takeoverSilence.toNanos(),
        reconnectGrace.toNanos(),
        demanded,
        lingerNs);
  }

  /** Where a viewer begins. */
  public enum Join {
    @Choice(doc = "with the last key frame: a picture at once, as old as that frame")
    GOP,
    @Choice(doc = "with the next key frame: as fresh as can be, after some waiting")
    LIVE
  }

  /** What a viewer meets before there is a publisher. */
  public enum PlayBeforePublish {
    @Choice(doc = "it stays connected and starts with the publisher")
    WAIT,
    @Choice(doc = "it is refused as not found")
    REFUSE
  }

  /** Whose clock says at which UTC a stream's frames are. */
  public enum Time {
    @Choice(doc = "this server's: frames are when they arrive, and stay so as clocks drift")
    ARRIVAL,
    @Choice(doc = "the source's, where it says UTC by time stamps (ATC), reports or time codes")
    SOURCE,
    @Choice(doc = "the source's when its metadata say so (`bravo_atc`), else this server's")
    AUTO
  }

  /** Whether a source may change a stream's tracks. */
  public enum Tracks {
    @Choice(doc = "no: what it lacks is a gap, what it has too many is left out")
    FIXED,
    @Choice(doc = "yes: the stream has the tracks of its current source")
    FOLLOW
  }

  /** Which second publisher replaces a first one. */
  public enum Takeover {
    @Choice(doc = "one that gave the same token, once the first was silent for `takeoverSilence`")
    SAME_TOKEN,
    @Choice(doc = "any that may publish, at once")
    ALWAYS,
    @Choice(doc = "none")
    NEVER
  }
}
