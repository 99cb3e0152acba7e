package dev.sluice.wire.rtmp;

/**
 * Memory that all connections share for incomplete messages which are larger than what each may
 * have by itself. Called from any thread.
 */
public interface SharedMemory {
  /** What each connection may hold without asking: more than a key frame of 8 Mbit/s. */
  int OWN_BYTES = 512 << 10;

  /** Gives everybody what it asks for. */
  SharedMemory UNLIMITED =
      new SharedMemory() {
        @Override
        public boolean take(long bytes) {
          return true;
        }

        @Override
        public void giveBack(long bytes) {}
      };

  /** Takes {@code bytes} more; false when there are no more. */
  boolean take(long bytes);

  /** Gives back what was taken. */
  void giveBack(long bytes);
}
