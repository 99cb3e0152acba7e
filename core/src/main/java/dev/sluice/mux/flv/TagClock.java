package dev.sluice.mux.flv;

/**
 * Time stamps of 32 bits as they go on, by the shorter way from one to the next. Milliseconds.
 *
 * @param nowMs the last one, unwrapped
 * @param running whether there was one
 */
record TagClock(long nowMs, boolean running) {
  /** Before the first time stamp, which counts as one with a sign. */
  static final TagClock START = new TagClock(0, false);

  /** After a tag; configurations and metadata have stamps that mean nothing. */
  TagClock after(TagWalk.Tag tag) {
    return tag.isFrame() ? at(tag.header().timestampMs()) : this;
  }

  /** At a time stamp, of which the low 32 bits count. */
  TagClock at(long stampMs) {
    int stamp = (int) stampMs;
    return new TagClock(running ? nowMs + (stamp - (int) nowMs) : stamp, true);
  }
}
