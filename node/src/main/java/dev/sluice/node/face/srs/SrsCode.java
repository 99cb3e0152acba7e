package dev.sluice.node.face.srs;

/** SRS's error numbers, those of them that its API answers here. */
enum SrsCode {
  /** No error. */
  SUCCESS(0),

  /** {@code tests/errors} is for that. */
  TEST(100),

  /** The configuration is not valid. */
  CONFIG_INVALID(1023),

  /** No such {@code rpc} of {@code raw}. */
  RAW(1060),

  /** That one would change the configuration, which is not done this way. */
  RAW_NOT_ALLOWED(1062),

  /** No such vhost. */
  VHOST(2014),

  /** No such stream. */
  STREAM(2048),

  /** No such client. */
  CLIENT(2049),

  /** What is given as {@code callback} is no name of a function. */
  JSONP(4058);

  private final int number;

  SrsCode(int number) {
    this.number = number;
  }

  /** As it stands in answers. */
  int number() {
    return number;
  }
}
