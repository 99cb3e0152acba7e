package dev.sluice.hub;

import dev.sluice.media.SourceUnit;
import dev.sluice.media.Track;
import dev.sluice.mux.SourceOutput;
import dev.sluice.wire.Bytes;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a source's demuxer writes to: passes all on to the publication once there is one, and drops
 * what comes before and after. Source's loop.
 */
public final class Intake implements SourceOutput {
  private final UnaryOperator<Bytes> describe;
  private @Nullable Publication into;
  private boolean ended;

  /**
   * An intake without a publication.
   *
   * @param describe makes of a source's metadata what viewers are told
   */
  public Intake(UnaryOperator<Bytes> describe) {
    this.describe = describe;
  }

  /**
   * The hub took the source in.
   *
   * @return false when the source has gone meanwhile, which the hub is told
   */
  public boolean accepted(Publication publication) {
    if (ended) {
      publication.end(Reason.PEER_LEFT);
      return false;
    }
    into = publication;
    return true;
  }

  /** Hands over what was demuxed: once per socket read. */
  public void flush() {
    if (into != null) {
      into.flush();
    }
  }

  /** Ends from the source's side; the hub is told. */
  public void end(Reason reason) {
    Publication publication = into;
    dismissed();
    if (publication != null) {
      publication.end(reason);
    }
  }

  /** Ends from the hub's side. */
  public void dismissed() {
    ended = true;
    into = null;
  }

  /** Whether it has ended, from either side. */
  public boolean ended() {
    return ended;
  }

  /** Whether there is a publication. */
  public boolean open() {
    return into != null;
  }

  @Override
  public void track(Track track) {
    if (into != null) {
      into.announce(track);
    }
  }

  @Override
  public void unit(SourceUnit unit) {
    if (into != null) {
      into.offer(unit);
    } else {
      unit.payload().release();
    }
  }

  @Override
  public void metadata(Bytes message) {
    if (into != null) {
      into.metadata(describe.apply(message));
    }
  }
}
