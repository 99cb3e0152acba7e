package dev.sluice.mux.codec;

import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.ac3.Ac3SpecificBox;
import dev.sluice.wire.ac3.Ec3SpecificBox;
import dev.sluice.wire.ac3.SyncFrameHeader;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which track the frames of AC-3 and Enhanced AC-3 belong to. They say so themselves; a bit rate
 * that varies does not make another track.
 */
final class Ac3Frames {
  private final AudioTrack current;
  private @Nullable Ac3SpecificBox ac3;
  private @Nullable Ec3SpecificBox eac3;

  Ac3Frames(int trackId, String language) {
    this.current = new AudioTrack(trackId, language);
  }

  @Nullable Track track() {
    return current.get();
  }

  /** A box that was given for AC-3. */
  void configuration(Ac3SpecificBox box) {
    ac3 = box;
    eac3 = null;
    current.change(Codec.AC3, box.sampleRate(), box.write());
  }

  /** A box that was given for Enhanced AC-3; half sample rates are only told by frames. */
  void configuration(Ec3SpecificBox box) {
    eac3 = box;
    ac3 = null;
    int fscod = box.substreams().getFirst().fscod();
    if (fscod < 3) {
      current.change(Codec.EAC3, SyncFrameHeader.sampleRate(fscod), box.write());
    }
  }

  /**
   * The track of a payload.
   *
   * @param headers of its frames
   * @param bytes of its frames
   * @throws MalformedException when they do not fit together
   */
  Track track(List<SyncFrameHeader> headers, int bytes) {
    SyncFrameHeader first = headers.getFirst();
    if (headers.size() == 1 && !first.enhanced()) {
      Ac3SpecificBox box = Ac3SpecificBox.of(first);
      if (ac3 == null || !ac3.continues(box)) {
        ac3 = box;
        eac3 = null;
      }
      return current.change(Codec.AC3, first.sampleRate(), ac3.write());
    }
    Ec3SpecificBox box = Ec3SpecificBox.of(headers, bytes);
    if (eac3 == null || !eac3.continues(box)) {
      eac3 = box;
      ac3 = null;
    }
    return current.change(Codec.EAC3, first.sampleRate(), eac3.write());
  }

  /**
   * The headers of the frames that a payload consists of.
   *
   * @param payload its indexes stay as they are
   * @throws MalformedException when it does not begin with an independent frame, or not end with a
   *     frame
   */
  static List<SyncFrameHeader> headers(ByteBuf payload) {
    List<SyncFrameHeader> headers = new ArrayList<>(1);
    ByteBuf left = payload.duplicate();
    while (left.isReadable()) {
      SyncFrameHeader header = SyncFrameHeader.read(left);
      if (header == null || header.frameSize() > left.readableBytes()) {
        throw new MalformedException("AC-3 frame ends after " + left.readableBytes() + " bytes");
      }
      headers.add(header);
      left.skipBytes(header.frameSize());
    }
    if (headers.isEmpty() || headers.getFirst().frameType() == SyncFrameHeader.DEPENDENT) {
      throw new MalformedException("AC-3 payload without an independent frame");
    }
    return headers;
  }
}
