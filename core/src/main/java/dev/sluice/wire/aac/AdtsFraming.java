package dev.sluice.wire.aac;

import static dev.sluice.wire.aac.AdtsHeader.MAX_FRAME_LENGTH;
import static dev.sluice.wire.aac.AdtsHeader.VARIABLE_RATE;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;

/**
 * How the raw frames of one configuration are put into ADTS: a head of 7 bytes before each, with
 * the program config element behind it where the channels have no number and the raw frame does not
 * begin with one itself.
 *
 * <p>ADTS tells nothing of SBR and PS; decoders find them in the frames (implicit signalling).
 *
 * @param objectType 1 to 4
 * @param samplingFrequencyIndex 0 to 12
 * @param channelConfiguration 0 to 7
 * @param program what a raw frame must begin with; empty where the channels have a number
 */
public record AdtsFraming(
    int objectType, int samplingFrequencyIndex, int channelConfiguration, Bytes program) {

  /**
   * The framing for a configuration.
   *
   * @throws UnsupportedException when ADTS cannot say it: other object types, rates without a
   *     number, frames of 960 samples, channel configurations above 7
   */
  public static AdtsFraming of(AudioSpecificConfig config) {
    int rateIndex = AudioSpecificConfig.sampleRateIndex(config.sampleRate());
    require("object type", config.objectType() <= 4, config.objectType());
    require("sample rate", rateIndex >= 0, config.sampleRate());
    require("number of samples in a frame", config.frameSamples() == 1_024, config.frameSamples());
    require(
        "channel configuration", config.channelConfiguration() <= 7, config.channelConfiguration());
    ProgramConfigElement program = config.program();
    return new AdtsFraming(
        config.objectType(),
        rateIndex,
        config.channelConfiguration(),
        program == null ? Bytes.EMPTY : program.rawFrameStart());
  }

  /** Whether a raw frame is short enough for ADTS, whose frames have at most 8 191 bytes. */
  public boolean fits(ByteBuf rawFrame) {
    return headSize(rawFrame) + rawFrame.readableBytes() <= MAX_FRAME_LENGTH;
  }

  /** Bytes to be put before a raw frame. */
  public int headSize(ByteBuf rawFrame) {
    return AdtsHeader.SIZE + (needsProgram(rawFrame) ? program.size() : 0);
  }

  /**
   * Appends what stands before a raw frame; its indexes stay as they are.
   *
   * @throws IllegalArgumentException when it does not {@link #fits fit}
   */
  public void writeHead(ByteBuf rawFrame, ByteBuf out) {
    int length = headSize(rawFrame) + rawFrame.readableBytes();
    new AdtsHeader(
            false,
            objectType,
            samplingFrequencyIndex,
            channelConfiguration,
            length,
            VARIABLE_RATE,
            1,
            false)
        .write(out);
    if (needsProgram(rawFrame)) {
      program.writeTo(out);
    }
  }

  private boolean needsProgram(ByteBuf rawFrame) {
    return program.size() > 0
        && !(rawFrame.isReadable()
            && rawFrame.getUnsignedByte(rawFrame.readerIndex()) >> 5 == ProgramConfigElement.ID);
  }

  private static void require(String what, boolean allowed, int value) {
    if (!allowed) {
      throw new UnsupportedException("ADTS cannot carry AAC whose " + what + " is " + value);
    }
  }
}
