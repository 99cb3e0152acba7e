package dev.sluice.wire.opus;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.BitReader;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * What an Opus decoder is configured with: the identification header (RFC 7845, section 5.1), which
 * MP4 carries as {@code dOps} with other byte order.
 *
 * @param channels output channels, 1 to 255
 * @param preSkip samples at 48 kHz to be thrown away at the beginning
 * @param inputSampleRate of what was encoded, in Hz; for information only
 * @param outputGain in dB × 256
 * @param mappingFamily 0: one stream of one or two channels; 1: Vorbis order; 255: no meaning
 * @param streams Opus streams in a packet
 * @param coupledStreams how many of them have two channels; they come first
 * @param mapping decoded channel of each output channel, 255 for silence
 */
public record OpusHead(
    int channels,
    int preSkip,
    long inputSampleRate,
    int outputGain,
    int mappingFamily,
    int streams,
    int coupledStreams,
    Bytes mapping) {

  /** Bytes of the header of {@link #mappingFamily} 0. */
  public static final int MIN_SIZE = 19;

  private static final Bytes MAGIC = Bytes.ofHex("4F70757348656164"); // OpusHead
  private static final int SILENCE = 255;

  /** Coupled streams of one to eight channels in Vorbis order (RFC 7845, section 5.1.1.2). */
  private static final int[] COUPLED = {0, 1, 1, 2, 2, 2, 3, 3};

  /** Mappings of one to eight channels in Vorbis order. */
  private static final String[] MAPPINGS = {
    "00",
    "0001",
    "000201",
    "00010203",
    "0004010203",
    "000401020305",
    "00040102030506",
    "0006010203040507"
  };

  private static final int EXPLICIT = 0x81;

  public OpusHead {
    checkRange("channels", channels, 1, 255);
    checkRange("preSkip", preSkip, 0, 0xFFFF);
    checkRange("inputSampleRate", inputSampleRate, 0, 0xFFFF_FFFFL);
    checkRange("outputGain", outputGain, Short.MIN_VALUE, Short.MAX_VALUE);
    checkRange("mappingFamily", mappingFamily, 0, 255);
    checkRange("streams", streams, 1, 255);
    checkRange("coupledStreams", coupledStreams, 0, Math.min(streams, 255 - streams));
    checkRange("size of mapping", mapping.size(), channels, channels);
  }

  /** One stream of one or two channels, recorded at 48 kHz. */
  public static OpusHead of(int channels) {
    checkRange("channels", channels, 1, 2);
    return new OpusHead(
        channels, 0, 48_000, 0, 0, 1, channels - 1, Bytes.ofHex(MAPPINGS[channels - 1]));
  }

  /**
   * Reads an identification header; what follows it is not looked at.
   *
   * @throws MalformedException when it is none, or contradicts itself
   * @throws UnsupportedException when its version has other fields
   */
  public static OpusHead read(Bytes header) {
    ByteBuf in = header.buffer();
    require(in, MIN_SIZE);
    for (int i = 0; i < MAGIC.size(); i++) {
      if (header.at(i) != MAGIC.at(i)) {
        throw new MalformedException("OpusHead: it does not begin with its name");
      }
    }
    in.skipBytes(MAGIC.size());
    int version = in.readUnsignedByte();
    if (version >> 4 != 0) {
      throw new UnsupportedException("OpusHead: version is " + version + ", allowed is 0 to 15");
    }
    int channels = in.readUnsignedByte();
    int preSkip = in.readUnsignedShortLE();
    long rate = in.readUnsignedIntLE();
    return withMapping(channels, preSkip, rate, in.readShortLE(), in);
  }

  /**
   * Reads the body of {@code dOps}; what follows it is not looked at.
   *
   * @throws MalformedException when it ends too early or contradicts itself
   * @throws UnsupportedException when its version is not 0
   */
  public static OpusHead readDops(ByteBuf in) {
    require(in, 11);
    int version = in.readUnsignedByte();
    if (version != 0) {
      throw new UnsupportedException("dOps: Version is " + version + ", allowed is 0");
    }
    int channels = in.readUnsignedByte();
    int preSkip = in.readUnsignedShort();
    long rate = in.readUnsignedInt();
    return withMapping(channels, preSkip, rate, in.readShort(), in);
  }

  /**
   * Makes the configuration of a track in MPEG-TS, which knows neither pre-skip nor gain.
   *
   * @param descriptor opus_audio_descriptor: the bytes of the extension descriptor behind its tag
   *     0x80, the first of which is channel_config_code
   * @throws MalformedException when it ends too early or contradicts itself
   * @throws UnsupportedException when the code is reserved
   */
  public static OpusHead ofTsDescriptor(Bytes descriptor) {
    if (descriptor.size() == 0) {
      throw new MalformedException("opus_audio_descriptor is empty");
    }
    int code = descriptor.at(0);
    if (code == EXPLICIT) {
      return explicit(descriptor);
    }
    int channels = code & 0x7F;
    if (channels > 8) {
      throw new UnsupportedException(
          "opus_audio_descriptor: channel_config_code is 0x%02X, allowed are 0 to 8 and 0x80 to 0x88"
              .formatted(code));
    }
    boolean coupled = code < 0x80;
    if (channels == 0) { // two channels that have nothing to do with one another
      return checked(
          2, 0, 48_000, 0, 255, coupled ? 1 : 2, coupled ? 1 : 0, Bytes.of((byte) 0, (byte) 1));
    }
    if (!coupled) {
      byte[] mapping = new byte[channels];
      for (int i = 0; i < channels; i++) {
        mapping[i] = (byte) i;
      }
      return checked(channels, 0, 48_000, 0, 1, channels, 0, Bytes.of(mapping));
    }
    int pairs = COUPLED[channels - 1];
    return checked(
        channels,
        0,
        48_000,
        0,
        channels > 2 ? 1 : 0,
        channels - pairs,
        pairs,
        Bytes.ofHex(MAPPINGS[channels - 1]));
  }

  /**
   * The channel_config_code that says the same in MPEG-TS.
   *
   * @return 0 to 8, 0x82 to 0x88, or -1 when no code does
   */
  public int tsChannelConfigCode() {
    for (int code = 0; code <= 0x88; code = code == 8 ? 0x82 : code + 1) {
      OpusHead said = ofTsDescriptor(Bytes.of((byte) code));
      if (said.channels == channels
          && said.mappingFamily == mappingFamily
          && said.streams == streams
          && said.coupledStreams == coupledStreams
          && said.mapping.equals(mapping)) {
        return code;
      }
    }
    return -1;
  }

  /** The identification header. */
  public Bytes write() {
    ByteBuf out = Unpooled.buffer(MIN_SIZE + 2 + channels);
    MAGIC.writeTo(out);
    out.writeByte(1).writeByte(channels).writeShortLE(preSkip);
    out.writeIntLE((int) inputSampleRate).writeShortLE(outputGain);
    writeMapping(out);
    return Bytes.copyOf(out);
  }

  /** Appends the body of {@code dOps}. */
  public void writeDops(ByteBuf out) {
    out.writeByte(0).writeByte(channels).writeShort(preSkip);
    out.writeInt((int) inputSampleRate).writeShort(outputGain);
    writeMapping(out);
  }

  private void writeMapping(ByteBuf out) {
    out.writeByte(mappingFamily);
    if (mappingFamily != 0) {
      out.writeByte(streams).writeByte(coupledStreams);
      mapping.writeTo(out);
    }
  }

  private static OpusHead withMapping(int channels, int preSkip, long rate, int gain, ByteBuf in) {
    int family = in.readUnsignedByte();
    if (family == 0) {
      if (channels < 1 || channels > 2) {
        throw new MalformedException(
            "Opus: " + channels + " channels of mapping family 0, allowed are 1 and 2");
      }
      Bytes mapping = Bytes.ofHex(MAPPINGS[channels - 1]);
      return new OpusHead(channels, preSkip, rate, gain, 0, 1, channels - 1, mapping);
    }
    require(in, 2 + channels);
    int streams = in.readUnsignedByte();
    int coupled = in.readUnsignedByte();
    Bytes mapping = Bytes.copyOf(in.readSlice(channels));
    return checked(channels, preSkip, rate, gain, family, streams, coupled, mapping);
  }

  /** channel_config_code 0x81: fields of as many bits as they need. */
  private static OpusHead explicit(Bytes descriptor) {
    BitReader bits = new BitReader(descriptor.toArray(), "opus_audio_descriptor");
    bits.skip(8); // channel_config_code
    int channels = bits.small(8); // channel_count
    int family = bits.small(8); // mapping_family
    if (family == 0) {
      if (channels < 1 || channels > 2) {
        throw new MalformedException(
            "Opus: " + channels + " channels of mapping family 0, allowed are 1 and 2");
      }
      return of(channels);
    }
    if (channels == 0) {
      throw new MalformedException("opus_audio_descriptor: channel_count is 0");
    }
    int streams = bits.small(bitsFor(channels)) + 1; // stream_count_minus_one
    int coupled = bits.small(bitsFor(streams + 1)); // coupled_stream_count
    int width = bitsFor(streams + coupled + 1);
    byte[] mapping = new byte[channels];
    for (int i = 0; i < channels; i++) {
      int from = bits.small(width); // channel_mapping
      mapping[i] = (byte) (from == (1 << width) - 1 && from >= streams + coupled ? SILENCE : from);
    }
    return checked(channels, 0, 48_000, 0, family, streams, coupled, Bytes.of(mapping));
  }

  private static int bitsFor(int values) {
    return 32 - Integer.numberOfLeadingZeros(values - 1);
  }

  /** Refuses what contradicts itself. */
  private static OpusHead checked(
      int channels,
      int preSkip,
      long rate,
      int gain,
      int family,
      int streams,
      int coupled,
      Bytes mapping) {
    if (channels < 1 || streams < 1 || coupled > streams || streams + coupled > 255) {
      throw new MalformedException(
          "Opus: %d channels of %d streams, %d of them coupled"
              .formatted(channels, streams, coupled));
    }
    for (int i = 0; i < channels; i++) {
      int from = mapping.at(i);
      if (from >= streams + coupled && from != SILENCE) {
        throw new MalformedException(
            "Opus: channel %d is mapped to %d, allowed are 0 to %d and 255"
                .formatted(i, from, streams + coupled - 1));
      }
    }
    return new OpusHead(channels, preSkip, rate, gain, family, streams, coupled, mapping);
  }

  private static void require(ByteBuf in, int bytes) {
    if (in.readableBytes() < bytes) {
      throw new MalformedException(
          "Opus header ends early: %d bytes needed, %d left".formatted(bytes, in.readableBytes()));
    }
  }
}
