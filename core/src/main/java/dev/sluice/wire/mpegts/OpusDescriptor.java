package dev.sluice.wire.mpegts;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.Bytes;
import java.util.List;

/**
 * The channels of Opus: an extension descriptor of DVB with the provisional tag 0x80, as the
 * registration of Opus says.
 *
 * @param body what follows that tag, opus_audio_descriptor: the channel_config_code and, where it
 *     says so, what each channel is; at most 254 bytes
 */
public record OpusDescriptor(Bytes body) {
  private static final int EXTENSION_TAG = 0x80;
  private static final int MAX_BODY = 254;

  public OpusDescriptor {
    checkRange("size of body", body.size(), 0, MAX_BODY);
  }

  /** {@link #body} of the first such descriptor; empty when there is none. */
  public static Bytes body(List<Descriptor> descriptors) {
    for (Descriptor descriptor : descriptors) {
      if (descriptor.tag() == Descriptor.EXTENSION
          && descriptor.body().size() >= 2
          && descriptor.body().at(0) == EXTENSION_TAG) {
        return Bytes.copyOf(descriptor.body().buffer().skipBytes(1));
      }
    }
    return Bytes.EMPTY;
  }

  /** As a descriptor. */
  public Descriptor descriptor() {
    byte[] bytes = new byte[1 + body.size()];
    bytes[0] = (byte) EXTENSION_TAG;
    System.arraycopy(body.toArray(), 0, bytes, 1, body.size());
    return new Descriptor(Descriptor.EXTENSION, Bytes.of(bytes));
  }
}
