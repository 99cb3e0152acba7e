package dev.sluice.mux.mp4;

import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.mux.codec.AudioNormalisers;
import dev.sluice.mux.codec.Normaliser;
import dev.sluice.mux.codec.VideoNormalisers;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.isobmff.SampleEntry;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns the samples of one track into the inner form. A sample entry that is not understood costs
 * its samples, not the track.
 */
final class TrackCodec {
  /** Hz; only of G.711 the container has the say. */
  private static final int MAX_SAMPLE_RATE = 768_000;

  private final int id;
  private final String language;
  private final List<@Nullable CodecEntry> entries = new ArrayList<>();
  private final boolean ofMoments;
  private final int sampleRate;

  /** Which entry holds, from 1, what it means, and what its samples go through. */
  private int current;

  private @Nullable CodecEntry active;
  private @Nullable Normaliser normaliser;
  private long dropped;
  private long malformedBefore;

  /**
   * A track whose first entry is understood.
   *
   * @throws UnsupportedException when it is not
   * @throws MalformedException when its configuration cannot be read
   */
  TrackCodec(int id, TrackBox box) {
    this.id = id;
    this.language = box.language();
    this.sampleRate = Math.min(box.timescale().ticksPerSecond(), MAX_SAMPLE_RATE);
    CodecEntry first = CodecEntry.of(box.entries().getFirst());
    this.ofMoments = first.isMoments();
    for (SampleEntry entry : box.entries()) {
      entries.add(understood(entry));
    }
    activate(1, first);
  }

  /** Whether each sample of the tables is one moment of sound. */
  boolean ofMoments() {
    return ofMoments;
  }

  /** The track as far as it is known; null until a sample says what it is. */
  @Nullable Track track() {
    return normaliser == null ? null : normaliser.track();
  }

  /** Samples that were left out because they, or their entry, could not be read. */
  long dropped() {
    return dropped + malformedBefore + (normaliser == null ? 0 : normaliser.malformed());
  }

  /**
   * Takes the data of a sample.
   *
   * @param data borrowed
   */
  void unit(ByteBuf data, Sample sample, Normaliser.Output output) {
    if (sample.entry != current) {
      CodecEntry next =
          sample.entry >= 1 && sample.entry <= entries.size()
              ? entries.get(sample.entry - 1)
              : null;
      try {
        activate(sample.entry, next);
      } catch (MalformedException | UnsupportedException _) {
        forget();
      }
    }
    if (normaliser == null) {
      dropped++;
      return;
    }
    normaliser.unit(data, sample.sync, output);
  }

  private void activate(int index, @Nullable CodecEntry entry) {
    current = index;
    if (entry == null) {
      forget();
      return;
    }
    Normaliser next = normaliser;
    if (next == null || active == null || active.codec() != entry.codec()) {
      forget();
      next = normaliser(entry);
    }
    if (entry.configuration().size() > 0) {
      next.configuration(entry.configuration().buffer());
    }
    active = entry;
    normaliser = next;
  }

  /** Takes no samples until an entry is understood. */
  private void forget() {
    malformedBefore += normaliser == null ? 0 : normaliser.malformed();
    normaliser = null;
    active = null;
  }

  private Normaliser normaliser(CodecEntry entry) {
    Codec codec = entry.codec();
    if (entry.channels() > 0) {
      return AudioNormalisers.of(codec, id, language, sampleRate, entry.channels());
    }
    if (!VideoNormalisers.handles(codec)) {
      throw new UnsupportedException("samples of " + codec.label() + " are not understood");
    }
    return VideoNormalisers.of(codec, Normaliser.Framing.LENGTH_PREFIXED, id, language);
  }

  private static @Nullable CodecEntry understood(SampleEntry entry) {
    try {
      return CodecEntry.of(entry);
    } catch (MalformedException | UnsupportedException _) {
      return null;
    }
  }
}
