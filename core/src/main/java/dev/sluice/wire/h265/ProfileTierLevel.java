package dev.sluice.wire.h265;

import static dev.sluice.wire.Checks.checkRange;

import dev.sluice.wire.BitReader;

/**
 * Which decoders a stream is for (section 7.3.3), twelve bytes.
 *
 * @param profileSpace general_profile_space, 0 to 3
 * @param highTier general_tier_flag
 * @param profile general_profile_idc: 1 Main, 2 Main 10
 * @param compatibility general_profile_compatibility_flags, the first flag is the highest of 32
 *     bits
 * @param constraints the 48 bits from general_progressive_source_flag on
 * @param level general_level_idc, thirty times the level
 */
public record ProfileTierLevel(
    int profileSpace,
    boolean highTier,
    int profile,
    long compatibility,
    long constraints,
    int level) {

  public ProfileTierLevel {
    checkRange("profileSpace", profileSpace, 0, 3);
    checkRange("profile", profile, 0, 31);
    checkRange("compatibility", compatibility, 0, 0xFFFF_FFFFL);
    checkRange("constraints", constraints, 0, 0xFFFF_FFFF_FFFFL);
    checkRange("level", level, 0, 255);
  }

  /** Reads the general part; what comes behind it for sub-layers is {@link #skipSubLayers}'. */
  static ProfileTierLevel read(BitReader bits) {
    return new ProfileTierLevel(
        bits.small(2),
        bits.flag(),
        bits.small(5),
        bits.bits(32),
        bits.bits(32) << 16 | bits.bits(16),
        bits.small(8));
  }

  static void skipSubLayers(BitReader bits, int maxSubLayersMinus1) {
    if (maxSubLayersMinus1 == 0) {
      return;
    }
    int flags = bits.small(16); // two a sub-layer, the rest is reserved_zero_2bits
    for (int i = 0; i < maxSubLayersMinus1; i++) {
      boolean profilePresent = (flags & 0x8000 >> 2 * i) != 0;
      boolean levelPresent = (flags & 0x4000 >> 2 * i) != 0;
      bits.skip((profilePresent ? 88 : 0) + (levelPresent ? 8 : 0));
    }
  }

  /**
   * As {@code CODECS} says it behind the sample entry's name (ISO 14496-15, annex E.3): {@code
   * 1.6.L93.B0}.
   */
  public String codecsSuffix() {
    StringBuilder text = new StringBuilder();
    if (profileSpace > 0) {
      text.append((char) ('A' + profileSpace - 1));
    }
    text.append(profile)
        .append('.')
        .append("%X".formatted(Integer.reverse((int) compatibility)))
        .append(highTier ? ".H" : ".L")
        .append(level);
    for (long left = constraints << 16; left != 0; left <<= 8) {
      text.append(".%X".formatted(left >>> 56)); // trailing bytes of zero are left out
    }
    return text.toString();
  }
}
