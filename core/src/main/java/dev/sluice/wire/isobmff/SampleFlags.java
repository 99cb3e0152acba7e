package dev.sluice.wire.isobmff;

/** The 32 bits that say what decoding a sample needs (ISO/IEC 14496-12, section 8.8.3.1). */
public final class SampleFlags {
  /** sample_is_non_sync_sample. */
  public static final int NON_SYNC = 1 << 16;

  /** sample_depends_on is 1: on others. */
  public static final int DEPENDS = 1 << 24;

  /** sample_depends_on is 2: on no others. */
  public static final int INDEPENDENT = 2 << 24;

  /** Decoding can begin here. */
  public static final int RANDOM_ACCESS = INDEPENDENT;

  /** Decoding cannot begin here. */
  public static final int DEPENDENT = DEPENDS | NON_SYNC;

  private SampleFlags() {}

  /** Whether decoding can begin at a sample with these flags. */
  public static boolean isSync(int flags) {
    return (flags & NON_SYNC) == 0;
  }
}
