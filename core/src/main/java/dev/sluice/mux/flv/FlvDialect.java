package dev.sluice.mux.flv;

import org.jspecify.annotations.Nullable;

/** What a player of FLV or RTMP understands. */
public enum FlvDialect {
  /** The codecs of Adobe's format: H.264, AAC, MP3, G.711. One video and one audio track. */
  LEGACY("legacy"),
  /** All codecs that have a FourCC (Enhanced RTMP v1 and v2). One video and one audio track. */
  FOURCC("fourcc"),
  /** As {@link #FOURCC}, and all tracks (Enhanced RTMP v2). */
  MULTITRACK("multitrack");

  private final String label;

  FlvDialect(String label) {
    this.label = label;
  }

  /** The dialect of this name; null where there is none. */
  public static @Nullable FlvDialect named(String label) {
    for (FlvDialect dialect : values()) {
      if (dialect.label.equals(label)) {
        return dialect;
      }
    }
    return null;
  }

  /** Name in addresses, keys and logs. */
  public String label() {
    return label;
  }
}
