package dev.sluice.hub;

/**
 * Measures the rate of a feed over its own time, and says from it what a viewer may leave unsent.
 * Stream's loop.
 */
final class FeedRate {
  /** Below this no viewer is called slow and no kernel is kept short, whatever the rate. */
  static final long MIN_BYTES = 64 * 1024;

  /**
   * How much of the stream the kernel may hold for a viewer: enough for a busy sender to be late.
   */
  static final long KERNEL_MS = 500;

  /** Over how much media time the rate is measured; a hole as long as that is none of it. */
  static final long WINDOW_MS = 2_000;

  private final long maxBytes;
  private final long backlogMs;
  private Block.Limits limits;
  private long sinceMs = Long.MIN_VALUE;
  private long lastMs;
  private long bytes;

  /**
   * Before anything is known the backlog may be as large as is ever allowed.
   *
   * @param maxBytes unsent bytes past which a viewer skips, whatever the rate
   * @param backlogMs unsent media time past which a viewer skips
   */
  FeedRate(long maxBytes, long backlogMs) {
    this.maxBytes = maxBytes;
    this.backlogMs = backlogMs;
    this.limits = new Block.Limits(maxBytes, MIN_BYTES);
  }

  /** Counts a block that begins at {@code atMs} of media time. */
  void add(long atMs, int size) {
    if (sinceMs == Long.MIN_VALUE || atMs < lastMs || atMs - lastMs >= WINDOW_MS) {
      sinceMs = atMs;
      bytes = 0;
    } else if (atMs - sinceMs >= WINDOW_MS) {
      measured(bytes, atMs - sinceMs);
      sinceMs = atMs;
      bytes = 0;
    }
    lastMs = atMs;
    bytes += size;
  }

  private void measured(long sizeBytes, long spanMs) {
    long backlogBytes = Math.min(maxBytes, Math.max(MIN_BYTES, sizeBytes * backlogMs / spanMs));
    long kernelBytes = Math.max(MIN_BYTES, sizeBytes * KERNEL_MS / spanMs);
    long before = limits.kernelBytes();
    // each change is a system call for each viewer: small ones are not worth it
    boolean keep = kernelBytes <= before && kernelBytes > before / 2;
    limits = new Block.Limits(backlogBytes, keep ? before : kernelBytes);
  }

  /** What a viewer may leave unsent, by the last measurement. */
  Block.Limits limits() {
    return limits;
  }
}
