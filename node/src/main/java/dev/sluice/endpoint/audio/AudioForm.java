package dev.sluice.endpoint.audio;

import dev.sluice.hub.Configuration;
import dev.sluice.hub.Form;
import dev.sluice.media.AccessUnit;
import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.aac.AdtsFraming;
import dev.sluice.wire.aac.AudioSpecificConfig;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The first audio track of a stream as a raw file. */
enum AudioForm implements Form {
  /** AAC in ADTS. Frames that are too long for ADTS are left out. */
  AAC("aac", "audio/aac", Codec.AAC) {
    @Override
    public Muxer muxer(long zeroMs) {
      return new Adts();
    }

    @Override
    @Nullable String objection(Track track) {
      try {
        AdtsFraming.of(AudioSpecificConfig.read(track.configuration()));
        return null;
      } catch (MalformedException | UnsupportedException refused) {
        return refused.getMessage();
      }
    }
  },

  /** MPEG audio layer III, frame after frame. */
  MP3("mp3", "audio/mpeg", Codec.MP3) {
    @Override
    public Muxer muxer(long zeroMs) {
      return new Frames();
    }

    @Override
    @Nullable String objection(Track track) {
      return null;
    }
  };

  private final String key;
  private final String contentType;
  private final Codec codec;

  AudioForm(String key, String contentType, Codec codec) {
    this.key = key;
    this.contentType = contentType;
    this.codec = codec;
  }

  @Override
  public String key() {
    return key;
  }

  /** What follows the stream's name in the address. */
  String suffix() {
    return "." + key;
  }

  String contentType() {
    return contentType;
  }

  @Override
  public boolean carries(Track.Kind kind) {
    return kind == Track.Kind.AUDIO;
  }

  @Override
  public @Nullable String objection(Configuration configuration) {
    Track track = audio(configuration);
    if (track == null) {
      return "there is no audio, and " + suffix() + " carries nothing else";
    }
    if (track.codec() != codec) {
      return "the audio is " + track.label() + ", and " + suffix() + " carries " + codec.label();
    }
    return objection(track);
  }

  /** What keeps a track of the right codec out. */
  abstract @Nullable String objection(Track track);

  private static @Nullable Track audio(Configuration configuration) {
    for (Track track : configuration.tracks()) {
      if (track.kind() == Track.Kind.AUDIO) {
        return track;
      }
    }
    return null;
  }

  /** Frames as they are. */
  private static class Frames implements Muxer {
    private @Nullable Track heard;

    @Override
    public void configure(Configuration configuration) {
      heard = audio(configuration);
    }

    boolean hears(AccessUnit unit) {
      return unit.track().equals(heard);
    }

    @Override
    public int size(AccessUnit unit) {
      return hears(unit) ? unit.sizeBytes() : 0;
    }

    @Override
    public void write(AccessUnit unit, ByteBuf out) {
      ByteBuf payload = unit.payload();
      out.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
    }

    @Override
    public void headers(Configuration configuration, long atMs, ByteBuf out) {}
  }

  /** Each frame behind a header of its own. */
  private static final class Adts extends Frames {
    private @Nullable AdtsFraming framing;

    @Override
    public void configure(Configuration configuration) {
      super.configure(configuration);
      Track track = audio(configuration);
      framing =
          track == null || AAC.objection(configuration) != null
              ? null
              : AdtsFraming.of(AudioSpecificConfig.read(track.configuration()));
    }

    @Override
    public int size(AccessUnit unit) {
      AdtsFraming by = framing;
      return by != null && hears(unit) && by.fits(unit.payload())
          ? by.headSize(unit.payload()) + unit.sizeBytes()
          : 0;
    }

    @Override
    public void write(AccessUnit unit, ByteBuf out) {
      AdtsFraming by = framing;
      if (by != null) {
        by.writeHead(unit.payload(), out);
        super.write(unit, out);
      }
    }
  }
}
