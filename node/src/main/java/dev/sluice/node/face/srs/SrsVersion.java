package dev.sluice.node.face.srs;

/** The version of SRS whose API this is, which programs judge by what they may expect. */
final class SrsVersion {
  static final int MAJOR = 7;
  static final int MINOR = 0;
  static final int REVISION = 18;

  /** All of it. */
  static final String TEXT = MAJOR + "." + MINOR + "." + REVISION;

  private SrsVersion() {}
}
