package dev.sluice.wire.mpegts;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.Bytes;
import java.util.List;

/**
 * The channels of Opus: an extension descriptor of DVB with the provisional tag 0x80, as the
 * registration of Opus says.
 *
 * @param channelConfig channel_config_code: 0 dual mono, 1 to 8 channels in the order of Vorbis; up
 *     to 255, the rest is not used
 */
public record OpusDescriptor(int channelConfig) {
  private static final int EXTENSION_TAG = 0x80;

  public OpusDescriptor {
    checkRange("channelConfig", channelConfig, 0, 255);
  }

  /** channel_config_code of the first such descriptor; −1 when there is none. */
  public static int channelConfig(List<Descriptor> descriptors) {
    for (Descriptor descriptor : descriptors) {
      if (descriptor.tag() == Descriptor.EXTENSION
          && descriptor.body().size() >= 2
          && descriptor.body().at(0) == EXTENSION_TAG) {
        return descriptor.body().at(1);
      }
    }
    return -1;
  }

  /** As a descriptor. */
  public Descriptor descriptor() {
    return new Descriptor(
        Descriptor.EXTENSION, Bytes.of((byte) EXTENSION_TAG, (byte) channelConfig));
  }
}
