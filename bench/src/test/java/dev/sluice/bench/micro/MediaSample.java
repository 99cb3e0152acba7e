package dev.sluice.bench.micro;

import dev.sluice.bench.stream.Frame;
import dev.sluice.bench.stream.SyntheticStream;
import dev.sluice.media.AccessUnit;
import dev.sluice.media.SourceUnit;
import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.SourceOutput;
import dev.sluice.mux.flv.FlvDemuxer;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.flv.FlvHeader;
import dev.sluice.wire.flv.FlvTagHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/**
 * Eight seconds of the synthetic stream as tag bodies and as access units.
 *
 * @param messages in the order of sending, configuration first
 * @param units the frames of them
 */
record MediaSample(List<Message> messages, List<AccessUnit> units) {
  /** One tag body. */
  record Message(int type, int timestampMs, ByteBuf body) {}

  private static final int FRAMES = 575; // of 8 s

  static MediaSample make() {
    List<Message> messages = new ArrayList<>();
    messages.add(new Message(FlvTagHeader.VIDEO, 0, direct(SyntheticStream.videoHeader())));
    messages.add(new Message(FlvTagHeader.AUDIO, 0, direct(SyntheticStream.audioHeader())));
    var stream = new SyntheticStream(1);
    for (int i = 0; i < FRAMES; i++) {
      Frame frame = stream.next();
      ByteBuf body = Unpooled.directBuffer(frame.bodyBytes());
      body.writeBytes(stream.body(frame, 0), 0, frame.bodyBytes());
      messages.add(new Message(frame.type(), frame.timestampMs(), body));
    }
    return new MediaSample(messages, units(messages));
  }

  /** The access units alone, which keep the memory of their tag bodies. */
  static List<AccessUnit> makeUnits() {
    MediaSample sample = make();
    sample.messages().forEach(message -> message.body().release());
    return sample.units();
  }

  /** The access units of one kind alone. */
  static List<AccessUnit> makeUnits(Track.Kind kind) {
    List<AccessUnit> ofKind = new ArrayList<>();
    for (AccessUnit unit : makeUnits()) {
      if (unit.track().kind() == kind) {
        ofKind.add(unit);
      } else {
        unit.payload().release();
      }
    }
    return ofKind;
  }

  private static ByteBuf direct(byte[] bytes) {
    return Unpooled.directBuffer(bytes.length).writeBytes(bytes);
  }

  private static List<AccessUnit> units(List<Message> messages) {
    List<AccessUnit> units = new ArrayList<>();
    var demuxer =
        new FlvDemuxer(
            new SourceOutput() {
              @Override
              public void track(Track track) {}

              @Override
              public void unit(SourceUnit unit) {
                Track track = unit.track();
                long dts = Timescale.MILLIS.convert(unit.dts(), track.timescale());
                units.add(new AccessUnit(track, dts, dts, unit.randomAccess(), unit.payload()));
              }

              @Override
              public void metadata(Bytes message) {}
            });
    messages.forEach(message -> demuxer.tag(message.type(), message.timestampMs(), message.body()));
    return units;
  }

  /** Copies each tag body once. */
  ByteBuf copyTo(ByteBuf out, Volume volume) {
    for (Message message : messages) {
      out.writeBytes(message.body(), message.body().readerIndex(), message.body().readableBytes());
    }
    volume.add(messages.size(), out.readableBytes());
    return out;
  }

  /** Bytes of all tag bodies. */
  long bodyBytes() {
    return messages.stream().mapToLong(message -> message.body().readableBytes()).sum();
  }

  /** Bytes of the payloads of {@code units}. */
  static long payloadBytes(List<AccessUnit> units) {
    return units.stream().mapToLong(AccessUnit::sizeBytes).sum();
  }

  /**
   * Copies the payload of each of {@code units} once: what muxers and demuxers are held against.
   */
  static ByteBuf copyPayloads(List<AccessUnit> units, ByteBuf out, Volume volume) {
    for (AccessUnit unit : units) {
      out.writeBytes(unit.payload(), unit.payload().readerIndex(), unit.sizeBytes());
    }
    volume.add(units.size(), out.readableBytes());
    return out;
  }

  /** The bytes of an FLV file. */
  ByteBuf flv() {
    ByteBuf out = Unpooled.directBuffer(1 << 20);
    new FlvHeader(true, true).write(out);
    out.writeInt(0); // PreviousTagSize0
    for (Message message : messages) {
      FlvTagHeader.write(
          message.type(), message.body().readableBytes(), message.timestampMs(), out);
      out.writeBytes(message.body(), message.body().readerIndex(), message.body().readableBytes());
      out.writeInt(FlvTagHeader.SIZE + message.body().readableBytes());
    }
    return out;
  }
}
