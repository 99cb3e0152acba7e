package dev.sluice.event;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What can happen: a closed set, which only grows. */
public enum EventKind {
  /** A stream has come into being, for a source or for viewers that wait for one. */
  STREAM_BEGAN("stream-began"),
  /** A stream is gone. */
  STREAM_ENDED("stream-ended"),
  /** A stream that is to be there at all times could not be opened. */
  STREAM_NOT_KEPT("stream-not-kept"),
  /** A source was taken in. */
  PUBLISH("publish"),
  /** A source has gone. */
  UNPUBLISH("unpublish"),
  /** Of several sources another one is what viewers get. */
  SOURCE_SWITCHED("source-switched"),
  /** One of several sources does better or worse than before. */
  SOURCE_JUDGED("source-judged"),
  /** The stream's tracks or their codecs are new or have changed. */
  CONFIGURED("configured"),
  /** The timeline met something that it had to repair. */
  TIMELINE_REPAIRED("timeline-repaired"),
  /** Something was found out about a segment that another node has made. */
  SEGMENT_REPLACED("segment-replaced"),
  /** A segment is whole, as a transport stream; told only where somebody wants to know. */
  SEGMENT("segment"),
  /** A source's tracks are not the stream's. */
  TRACKS_DIFFER("tracks-differ"),
  /** Viewers of a form get the stream without something. */
  LEFT_OUT("left-out"),
  /** A viewer was taken in. */
  PLAY("play"),
  /** A viewer has gone. */
  STOP("stop"),
  /** A source or a viewer was turned away. */
  REFUSED("refused"),
  /** A source or a viewer that was in may not be any more, and is ended. */
  WITHDRAWN("withdrawn"),
  /** An operator has ended a stream, a source or a viewer. */
  KICKED("kicked"),
  /** A connection of a protocol in which it comes first says where it wants to be. */
  CONNECT("connect"),
  /** Such a connection is gone. */
  DISCONNECT("disconnect"),
  /** A connection was turned away before it could ask for anything. */
  CONNECTION_REFUSED("connection-refused"),
  /** We closed a connection for what its peer did or did not do. */
  CONNECTION_CLOSED("connection-closed"),
  /** The configuration was read again, or changed by the API, and holds from now on. */
  CONFIGURATION_TAKEN("configuration-taken"),
  /** A change of the configuration was refused; nothing has changed. */
  CONFIGURATION_REFUSED("configuration-refused"),
  /** Code of ours failed. */
  FAILED("failed"),
  /** Events were lost: there were too many at once. */
  EVENTS_LOST("events-lost");

  private static final Map<String, EventKind> BY_LABEL = new LinkedHashMap<>();

  static {
    for (EventKind kind : values()) {
      BY_LABEL.put(kind.label, kind);
    }
  }

  private final String label;

  EventKind(String label) {
    this.label = label;
  }

  /** As it stands in JSON and configuration: lower case and hyphens. */
  public String label() {
    return label;
  }

  /** The kind with this label; null when there is none. */
  public static @Nullable EventKind of(String label) {
    return BY_LABEL.get(label);
  }

  /** Its label. */
  @Override
  public String toString() {
    return label;
  }
}
