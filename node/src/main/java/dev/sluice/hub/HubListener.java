package dev.sluice.hub;

import dev.sluice.hub.source.Level;
import dev.sluice.hub.source.SourceSpec;
import dev.sluice.hub.source.SwitchEffect.Cause;
import dev.sluice.media.StreamName;

/**
 * What happens in the hub and on the connections around it, for log and metrics. Called on the loop
 * where it happens; an implementation must not block and must not throw.
 */
public interface HubListener {

  /** A listener that hears nothing. */
  HubListener NONE = new HubListener() {};

  /** A stream has come into being, for a source or for viewers that wait for one. */
  default void streamOpened(StreamName name) {}

  /** A stream is gone. */
  default void streamClosed(StreamName name, Reason reason) {}

  /** A stream that is to be there at all times could not be opened. */
  default void notKept(StreamName name, Reason reason) {}

  /** A source was taken in; {@code resumed} when viewers had been waiting for it to come back. */
  default void sourceAccepted(StreamName name, Client source, boolean resumed) {}

  /** A source was turned away. */
  default void sourceRefused(StreamName name, Client source, Reason reason) {}

  /** A source has gone; the stream waits {@code graceNs} for the next. */
  default void sourceLost(StreamName name, Client source, Reason reason, long graceNs) {}

  /** Of several sources this one is now the one that viewers get. */
  default void sourceSwitched(StreamName name, SourceSpec to, Cause cause) {}

  /** One of several sources does better or worse than before. */
  default void sourceJudged(StreamName name, SourceSpec source, Level before, Level after) {}

  /** The stream's decoder configuration is new or has changed. */
  default void configured(StreamName name, Configuration configuration) {}

  /** The timeline met something that it had to repair; {@code what} is a sentence with figures. */
  default void repaired(StreamName name, String what) {}

  /**
   * Segments of a stream that is had from another node; {@code what} is a sentence with figures.
   */
  default void segmentReplaced(StreamName name, String what) {}

  /**
   * A segment of a stream is whole, as a transport stream. Only where that is wanted.
   *
   * @param number media sequence number
   * @param path where it is to be had, {@code live/a/123.ts}
   */
  default void segmentWhole(StreamName name, long number, String path, long durationNs) {}

  /** A source's tracks are not the stream's; {@code what} is a sentence about one of them. */
  default void tracksDiffer(StreamName name, String what) {}

  /**
   * Viewers of {@code form} get the stream without something that the form has no place for; {@code
   * what} is a sentence about it.
   */
  default void leftOut(StreamName name, String form, String what) {}

  /** A viewer was taken in. */
  default void viewerJoined(StreamName name, Client viewer, String form) {}

  /** A viewer was turned away. */
  default void viewerRefused(StreamName name, Client viewer, Reason reason) {}

  /** A viewer has gone. */
  default void viewerLeft(StreamName name, Viewer.Report viewer, Reason reason) {}

  /** Code of ours failed; the stream or the viewer concerned was ended. */
  default void failed(StreamName name, Throwable fault) {}

  /**
   * A connection says where it wants to be, before it asks for a stream, in protocols in which that
   * is so.
   *
   * @param place as it says it, without anything secret, behind the vhost and an exclamation mark
   *     where there is such a one
   */
  default void connected(Client connection, String place) {}

  /**
   * A connection of which {@link #connected} was told is gone; what it published or watched is
   * reported before.
   *
   * @param bytesIn what came from it
   * @param bytesOut what was handed to it
   */
  default void disconnected(Client connection, String place, long bytesIn, long bytesOut) {}

  /** A connection was turned away before it could ask for anything. */
  default void connectionRefused(String protocol, String address, int port, Reason reason) {}

  /**
   * We closed a connection for what its peer did or did not do; {@code why} is a sentence. What it
   * published or watched is reported besides.
   */
  default void connectionClosed(Client connection, Reason reason, String why) {}

  /** Code of ours failed on a connection, which was closed. */
  default void connectionFailed(Client connection, Throwable fault) {}
}
