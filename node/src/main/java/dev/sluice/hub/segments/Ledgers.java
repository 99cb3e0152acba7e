package dev.sluice.hub.segments;

import dev.sluice.media.StreamName;
import dev.sluice.mux.packager.Ledger;
import io.netty.buffer.ByteBuf;

/** Where ledgers last. Any thread; nothing blocks. */
public interface Ledgers {
  /** Ledgers that last as long as the process. */
  Ledgers NONE =
      new Ledgers() {
        @Override
        public Ledger open(StreamName name) {
          return new Ledger();
        }

        @Override
        public void append(StreamName name, ByteBuf lines, Runnable written) {
          lines.release();
          written.run();
        }

        @Override
        public void replace(StreamName name, ByteBuf lines) {
          lines.release();
        }
      };

  /** The ledger of a name as it was left, or an empty one. */
  Ledger open(StreamName name);

  /**
   * Appends to the ledger of a name, in the order of the calls.
   *
   * @param lines owned by this
   * @param written is called, on any thread, when they are there to last
   */
  void append(StreamName name, ByteBuf lines, Runnable written);

  /**
   * Puts lines in the place of all that were appended before, of which they are the sum.
   *
   * @param lines owned by this
   */
  void replace(StreamName name, ByteBuf lines);
}
