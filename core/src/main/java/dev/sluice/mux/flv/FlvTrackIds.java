package dev.sluice.mux.flv;

import dev.sluice.media.Track;

/**
 * How the two numberings of Enhanced RTMP, audio and video each from 0 to 255, become the one of a
 * stream: 0 is the default video, 1 the default audio, 2 data; then video has the odd IDs and audio
 * the even ones. So a track's ID depends on nothing but its number, whatever else comes, in
 * whatever order, and is the same after a reconnect.
 */
final class FlvTrackIds {
  /** No ID, or no number. */
  static final int NONE = -1;

  private static final int MAX_ID = 255;

  private FlvTrackIds() {}

  /**
   * The ID of a track; {@link #NONE} past video 127 and audio 126.
   *
   * @param number 0 to 255
   */
  static int id(Track.Kind kind, int number) {
    boolean video = kind == Track.Kind.VIDEO;
    if (number == 0) {
      return video ? FlvDemuxer.VIDEO_ID : FlvDemuxer.AUDIO_ID;
    }
    int id = 2 * number + (video ? 1 : 2);
    return id <= MAX_ID ? id : NONE;
  }

  /** The number of a track; {@link #NONE} where the ID is of the other kind, or of data. */
  static int number(Track.Kind kind, int id) {
    int number = id <= FlvDemuxer.DATA_ID ? 0 : (id - 1) / 2;
    return id(kind, number) == id ? number : NONE;
  }
}
