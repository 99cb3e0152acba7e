package dev.sluice.mux.packager;

import dev.sluice.media.Track;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import java.util.List;

/** Passes all on to another: for who has something to do with some of it on the way. */
public abstract class ForwardingOutput implements PackagerOutput {
  private final PackagerOutput to;

  protected ForwardingOutput(PackagerOutput to) {
    this.to = to;
  }

  @Override
  public void init(Track track, Bytes init) {
    to.init(track, init);
  }

  @Override
  public void messages(List<String> schemes) {
    to.messages(schemes);
  }

  @Override
  public void begun(Cut cut, List<Track> tracks) {
    to.begun(cut, tracks);
  }

  @Override
  public void expected(Cut cut, long end90k) {
    to.expected(cut, end90k);
  }

  @Override
  public void part(Part part) {
    to.part(part);
  }

  @Override
  public void segment(TrackSegment segment) {
    to.segment(segment);
  }

  @Override
  public void ended(Cut cut, long end90k) {
    to.ended(cut, end90k);
  }

  @Override
  public void splice(SpliceMessage message) {
    to.splice(message);
  }

  @Override
  public void withdrawn(long number) {
    to.withdrawn(number);
  }

  @Override
  public void replaced(TrackSegment segment, List<Part> parts) {
    to.replaced(segment, parts);
  }

  @Override
  public void transportStream(Cut cut, long end90k, ByteBuf bytes) {
    to.transportStream(cut, end90k, bytes);
  }
}
