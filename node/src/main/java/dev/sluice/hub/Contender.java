package dev.sluice.hub;

import dev.sluice.hub.source.SwitchEvent.Heard;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.Track;
import dev.sluice.mux.flv.FlvMetadata;
import dev.sluice.wire.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A source on its seat: what the stream must know of it to take it or to leave it. Stream's loop.
 */
final class Contender {
  /** A sign of life is told to the switch when the last one of its kind is so old: 50 ms. */
  static final long TELL_NS = 50_000_000;

  private final SourceLink link;
  private final long arrival;
  private final long sinceNs;
  private final RateMeter rate;
  private final List<Track> announced = new ArrayList<>();
  private final SourceTimes times;
  private Bytes metadata = Bytes.EMPTY;
  private SourceStart start;
  private int seat;

  private boolean toldVideo;
  private boolean toldAudio;
  private long toldVideoNs;
  private long toldAudioNs;

  // not read, since it is ahead of the clock
  private boolean held;
  private long heldUntilNs;
  private boolean heldVideo;
  private boolean heldAudio;

  // not told yet
  private boolean video;
  private boolean audio;
  private boolean keyFrame;

  /**
   * Somebody who has come.
   *
   * @param hadVideo whether the stream has pictures so far
   */
  Contender(SourceLink link, int seat, long arrival, boolean hadVideo, long nowNs) {
    this.link = link;
    this.seat = seat;
    this.arrival = arrival;
    this.sinceNs = nowNs;
    this.rate = new RateMeter(nowNs);
    this.times = new SourceTimes(link.clock());
    this.start = new SourceStart(times, hadVideo);
  }

  SourceLink link() {
    return link;
  }

  int seat() {
    return seat;
  }

  /** It is the same source at another place. */
  void moveTo(int place) {
    seat = place;
  }

  /** Its number for the switch. */
  long arrival() {
    return arrival;
  }

  /** When it came. */
  long sinceNs() {
    return sinceNs;
  }

  RateMeter rate() {
    return rate;
  }

  Bytes metadata() {
    return metadata;
  }

  void metadata(Bytes said) {
    metadata = said;
    times.describe(said);
    if (FlvMetadata.saysVideo(said)) {
      start.expectVideo();
    }
  }

  /** What it says of its clocks. */
  SourceTimes times() {
    return times;
  }

  /** A track is new or has a new configuration. */
  void announce(Track track) {
    announced.removeIf(known -> known.id() == track.id());
    announced.add(track);
    start.announce(track);
  }

  /**
   * The tracks that it has, those of {@code beginning} included. When that is without a picture,
   * the source has none for the moment, whatever it has announced.
   */
  List<Track> tracks(List<SourceUnit> beginning) {
    boolean pictures = false;
    for (SourceUnit unit : beginning) {
      pictures |= unit.track().kind() == Track.Kind.VIDEO;
      if (announced.stream().noneMatch(known -> known.id() == unit.track().id())) {
        announced.add(unit.track());
      }
    }
    boolean all = pictures;
    return announced.stream().filter(track -> all || track.kind() != Track.Kind.VIDEO).toList();
  }

  /** Units come while it is not active: where a stream could begin with it. */
  SourceStart start() {
    return start;
  }

  /** It is active no more: from here on it is looked at for a beginning. */
  void stepBack() {
    start.close();
    start = new SourceStart(times, false);
    announced.forEach(start::announce);
    if (FlvMetadata.saysVideo(metadata)) {
      start.expectVideo();
    }
  }

  /** The hub gives it up. */
  void close() {
    start.close();
  }

  /** It is not read for {@code forNs}, by our will: it goes on to deliver what it delivers. */
  void hold(long forNs, long nowNs) {
    if (!held) {
      held = true;
      heldUntilNs = nowNs + forNs;
      heldVideo = video || isFresh(toldVideo, toldVideoNs, nowNs);
      heldAudio = audio || isFresh(toldAudio, toldAudioNs, nowNs);
    } else if (nowNs + forNs - heldUntilNs > 0) {
      heldUntilNs = nowNs + forNs;
    }
  }

  private static boolean isFresh(boolean told, long toldNs, long nowNs) {
    return told && nowNs - toldNs <= 2 * TELL_NS;
  }

  /** Whether it is held, or was and that is not told yet. */
  boolean isHeld() {
    return held;
  }

  /** Until when it is held. */
  long heldUntilNs() {
    return heldUntilNs;
  }

  /** What is to be told of it while it is held, and once when that is over. */
  Heard whileHeld(long nowNs) {
    held = heldUntilNs - nowNs > 0;
    return new Heard(seat, arrival, heldVideo, heldAudio, false);
  }

  /** Takes note of a unit for {@link #toTell}. */
  void hear(SourceUnit unit) {
    switch (unit.track().kind()) {
      case VIDEO -> {
        video = true;
        keyFrame |= unit.randomAccess();
      }
      case AUDIO -> audio = true;
      case DATA -> {} // nobody watches data alone
    }
  }

  /**
   * What is to be told of what was heard; null when it is nothing, or nothing new.
   *
   * @param active whether it is active: then a key frame is told, and is no question
   */
  @Nullable Heard toTell(boolean active, long nowNs) {
    boolean tellVideo = video && (!toldVideo || nowNs - toldVideoNs >= TELL_NS);
    boolean tellAudio = audio && (!toldAudio || nowNs - toldAudioNs >= TELL_NS);
    boolean tellKey = active && keyFrame;
    if (!tellVideo && !tellAudio && !tellKey) {
      return null;
    }
    return told(tellKey, nowNs);
  }

  /** The question whether the stream shall begin with what is at hand. */
  Heard toAsk(long nowNs) {
    return told(true, nowNs);
  }

  private Heard told(boolean startable, long nowNs) {
    var heard = new Heard(seat, arrival, video, audio, startable);
    toldVideo |= video;
    toldAudio |= audio;
    toldVideoNs = video ? nowNs : toldVideoNs;
    toldAudioNs = audio ? nowNs : toldAudioNs;
    video = false;
    audio = false;
    keyFrame = false;
    return heard;
  }
}
