package dev.sluice.mux.codec;

import dev.sluice.media.Codec;

/** The normaliser of each video codec. */
public final class VideoNormalisers {
  private VideoNormalisers() {}

  /**
   * A normaliser that has seen nothing yet.
   *
   * @param codec one that {@link #handles}
   * @param framing how the container tells NAL units or OBUs apart
   * @param trackId of the tracks it gives
   * @param language of the tracks it gives
   * @throws IllegalArgumentException when the codec is no video codec that is understood
   */
  public static Normaliser of(
      Codec codec, Normaliser.Framing framing, int trackId, String language) {
    return switch (codec) {
      case H264 -> new H264Normaliser(framing, trackId, language);
      case H265 -> new H265Normaliser(framing, trackId, language);
      case AV1 -> new Av1Normaliser(framing, trackId, language);
      case VP8, VP9 -> new VpxNormaliser(codec, framing, trackId, language);
      case MPEG2_VIDEO -> new MpegVideoNormaliser(framing, trackId, language);
      default ->
          throw new IllegalArgumentException("no video normaliser of " + codec.label() + " exists");
    };
  }

  /** Whether {@link #of} knows the codec. */
  public static boolean handles(Codec codec) {
    return switch (codec) {
      case H264, H265, AV1, VP8, VP9, MPEG2_VIDEO -> true;
      default -> false;
    };
  }
}
