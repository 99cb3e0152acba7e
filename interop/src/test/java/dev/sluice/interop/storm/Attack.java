package dev.sluice.interop.storm;

import java.io.IOException;

/**
 * A kind of hostile connection.
 *
 * @param name for reports
 */
record Attack(String name, Deed deed) {

  /** What is done; an {@link IOException} is the server's good right. */
  @FunctionalInterface
  interface Deed {
    void by(Assailant assailant) throws IOException;
  }

  @Override
  public String toString() {
    return name;
  }
}
