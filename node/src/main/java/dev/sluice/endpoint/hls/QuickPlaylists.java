package dev.sluice.endpoint.hls;

import dev.sluice.hub.segments.SegmentStream;
import dev.sluice.hub.segments.Sessions;
import dev.sluice.mux.hls.TrackPlaylist;
import dev.sluice.mux.packager.SegmentNames;
import dev.sluice.mux.packager.TrackWindow;
import dev.sluice.net.QuickReply;
import dev.sluice.net.QuickRoute;
import dev.sluice.net.segments.SegmentRequests;
import dev.sluice.net.segments.SessionPath;
import dev.sluice.net.segments.Texts;
import org.jspecify.annotations.Nullable;

/**
 * Playlists of tracks for viewers who are known, {@code
 * /s/{id}/{stream}/index.{track}.m3u8[?_HLS_…]}, without the HTTP stack. Answers are those of
 * {@link HlsEndpoint}, to whom goes whatever is not an ordinary success.
 */
final class QuickPlaylists implements QuickRoute {
  private static final String FILE = "index.";
  private static final String END = ".m3u8";
  private static final long NS_PER_S = 1_000_000_000L;

  private final SegmentRequests requests;
  private Read latest = Read.NOTHING;
  private Read before = Read.NOTHING;

  /** Those of one loop. */
  QuickPlaylists(SegmentRequests requests) {
    this.requests = requests;
  }

  /** What was read, which others ask for, too, each under an identifier of its own. */
  private record Read(String target, @Nullable Wanted wanted) {
    static final Read NOTHING = new Read("", null);

    boolean isSame(String other) {
      return wanted != null && SessionPath.isSame(other, target);
    }
  }

  /**
   * What is asked for.
   *
   * @param stream name of the stream, as it stands
   * @param track name of the track
   * @param number of the segment that has to be there; −1 for none
   * @param part of it that has to be there; −1 for all of it
   */
  record Wanted(String stream, String track, long number, long part, boolean delta) {
    /** Reads it from path and query; null when it is something else, or not plainly said. */
    static @Nullable Wanted read(String target) {
      SessionPath path = SessionPath.read(target);
      if (path == null
          || !path.file().startsWith(FILE)
          || !path.file().endsWith(END)
          || path.file().length() <= FILE.length() + END.length()) {
        return null;
      }
      String track = path.file().substring(FILE.length(), path.file().length() - END.length());
      String query = path.query();
      long number = -1;
      long part = -1;
      boolean delta = false;
      for (int from = 0; query != null && from <= query.length(); ) {
        int ampersand = query.indexOf('&', from);
        int to = ampersand < 0 ? query.length() : ampersand;
        int equals = query.indexOf('=', from);
        if (equals < 0 || equals > to) {
          return null;
        }
        String value = query.substring(equals + 1, to);
        if (query.startsWith("_HLS_msn=", from) && number < 0) {
          number = SegmentNames.number(value);
          if (number < 0) {
            return null;
          }
        } else if (query.startsWith("_HLS_part=", from) && part < 0) {
          part = SegmentNames.number(value);
          if (part < 0) {
            return null;
          }
        } else if (query.startsWith("_HLS_skip=", from) && !delta) {
          delta = value.equals("YES") || value.equals("v2");
          if (!delta) {
            return null;
          }
        } else {
          return null;
        }
        from = to + 1;
      }
      return part >= 0 && number < 0 ? null : new Wanted(path.stream(), track, number, part, delta);
    }
  }

  @Override
  public boolean take(String target, boolean gzip, QuickReply reply) {
    Wanted wanted = read(target);
    SegmentRequests.Playing playing =
        wanted == null ? null : requests.playing(reply, target, wanted.stream);
    if (wanted == null || playing == null) {
      return false;
    }
    playing.stream().loop().run(() -> answer(playing, wanted, gzip, reply));
    return true;
  }

  /** A player asks for picture and sound in turn: the last two are remembered. */
  private @Nullable Wanted read(String target) {
    if (latest.isSame(target)) {
      return latest.wanted;
    }
    Read now = before.isSame(target) ? before : new Read(target, Wanted.read(target));
    if (now.wanted != null) {
      before = latest;
      latest = now;
    }
    return now.wanted;
  }

  /** On the segments' loop. */
  private static void answer(
      SegmentRequests.Playing playing, Wanted wanted, boolean gzip, QuickReply reply) {
    SegmentStream stream = playing.stream();
    Sessions.Session session = playing.session();
    TrackWindow track = stream.closed() ? null : stream.window().track(wanted.track);
    TrackPlaylist.Position at =
        track == null ? null : TrackPlaylist.position(stream.window(), track);
    if (track == null || at == null || wanted.number > at.sequence() + HlsEndpoint.AHEAD) {
      reply.loop().run(reply::pass);
      return;
    }
    long targetS = stream.window().targetSeconds();
    boolean blocks = wanted.number >= 0;
    long known = !wanted.delta ? 0 : blocks ? wanted.number : Long.MAX_VALUE;
    long seconds = blocks ? HlsEndpoint.TRUE_TARGETS * targetS : 1;
    var form = new Playlists.Form(known, gzip, seconds, reply.anyOrigin());
    if (blocks) {
      var change = new BlockedReplies.Change(wanted.track, wanted.number, wanted.part, form);
      if (!change.isIn(at)) {
        long untilNs = stream.loop().nowNs() + HlsEndpoint.BLOCK_TARGETS * targetS * NS_PER_S;
        BlockedReplies.of(stream).add(change, new BlockedReplies.Blocked(untilNs, reply, session));
        return;
      }
    }
    Texts.Answer answer = Playlists.of(stream).answer(track, form);
    if (answer == null) {
      reply.loop().run(reply::pass);
    } else if (reply.loop().inLoop()) {
      reply.send(answer.whole());
      session.served(answer.bodyBytes());
    } else {
      answer.whole().retain();
      reply
          .loop()
          .execute(() -> {
            reply.send(answer.whole());
            answer.whole().release();
            session.served(answer.bodyBytes());
          });
    }
  }
}
