package dev.sluice.access;

import java.io.IOException;

/** Where revocations are kept, so that they outlast the server. */
public interface RevocationJournal {
  /** Of a server that forgets them. */
  RevocationJournal NONE =
      new RevocationJournal() {
        @Override
        public Revocations kept() {
          return Revocations.NONE;
        }

        @Override
        public void keep(Revocations revocations) {}
      };

  /** What was kept when the server was started. */
  Revocations kept();

  /**
   * Keeps these in place of what was kept before; they will be there after any crash when this
   * returns. Blocks; one caller at a time.
   *
   * @throws IOException when these may be kept or those before: to be asked for again
   */
  void keep(Revocations revocations) throws IOException;
}
