package dev.sluice.mux.mp4;

import dev.sluice.media.AccessUnit;
import dev.sluice.media.AudioFormat;
import dev.sluice.media.Codec;
import dev.sluice.media.Track;
import dev.sluice.media.VideoFormat;
import dev.sluice.wire.Bytes;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.isobmff.Box;
import dev.sluice.wire.isobmff.BoxType;
import dev.sluice.wire.isobmff.Boxes;
import dev.sluice.wire.isobmff.DataReferenceBox;
import dev.sluice.wire.isobmff.ExtendedLanguageBox;
import dev.sluice.wire.isobmff.FileTypeBox;
import dev.sluice.wire.isobmff.HandlerBox;
import dev.sluice.wire.isobmff.MediaHeaderBox;
import dev.sluice.wire.isobmff.MovieHeaderBox;
import dev.sluice.wire.isobmff.SampleDescriptionBox;
import dev.sluice.wire.isobmff.SampleEntry;
import dev.sluice.wire.isobmff.SampleTable;
import dev.sluice.wire.isobmff.SoundMediaHeaderBox;
import dev.sluice.wire.isobmff.TrackExtendsBox;
import dev.sluice.wire.isobmff.TrackHeaderBox;
import dev.sluice.wire.isobmff.VideoMediaHeaderBox;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;

/**
 * Makes CMAF tracks (ISO/IEC 23000-19), one a file: an init segment, and chunks behind it. A pure
 * function: the same track and units give the same bytes, on whatever node and in whatever order.
 *
 * <ul>
 *   <li>The timescale is the track's, times are UTC in it, 64 bits; there is no edit list. A
 *       picture is shown at its decoding time plus its composition offset, which is its PTS.
 *   <li>A fragment's sequence number is its first DTS in milliseconds modulo 2³². It rises as it
 *       has to, and nobody has to remember it.
 *   <li>Times of creation are 0, the track's ID is always 1.
 *   <li>Units where decoding can begin are sync samples. Open GOPs begin with one, too: players
 *       wait for a sync sample, and what leads it cannot be decoded after a seek in any form.
 * </ul>
 */
public final class CmafMuxer {
  /** The ID of the one track. */
  public static final int TRACK_ID = 1;

  private static final int CMFC = BoxType.of("cmfc");
  private static final int ISO6 = BoxType.of("iso6");
  private static final int IN_PREVIEW = 4;
  private static final int FULL_VOLUME = 0x100;

  private CmafMuxer() {}

  /** Whether tracks of a codec can be carried. */
  public static boolean carries(Codec codec) {
    return TrackEntry.exists(codec);
  }

  /**
   * The init segment of a track.
   *
   * @throws UnsupportedException when its codec is not carried, or its configuration does not say
   *     what has to be in it
   */
  public static Bytes init(Track track) {
    ByteBuf out = Unpooled.buffer(1_024);
    new FileTypeBox(BoxType.FTYP, CMFC, 0, List.of(CMFC, ISO6)).write(out);
    int moov = Boxes.begin(BoxType.MOOV, out);
    int timescale = track.timescale().ticksPerSecond();
    new MovieHeaderBox(0, 0, timescale, 0, TRACK_ID + 1).write(out);
    writeTrack(track, out);
    int mvex = Boxes.begin(BoxType.MVEX, out);
    new TrackExtendsBox(TRACK_ID, 1, 0, 0, 0).write(out);
    Boxes.end(mvex, out);
    Boxes.end(moov, out);
    return Bytes.copyOf(out);
  }

  /**
   * A chunk: one movie fragment with its samples.
   *
   * @param units of one track, in decoding order, at least one; they have to live as long as the
   *     chunk is used
   * @param endDts where the last one ends, in the track's timescale: the DTS of the unit that comes
   *     next, so that all durations are exact
   * @param extras what stands in front of it
   * @throws IllegalArgumentException when units are of several tracks, or times go back, lie before
   *     1970 or are further apart than 32 bits
   */
  public static CmafChunk chunk(List<AccessUnit> units, long endDts, ChunkExtras extras) {
    return new CmafChunk(units, endDts, extras);
  }

  private static void writeTrack(Track track, ByteBuf out) {
    boolean video = track.kind() == Track.Kind.VIDEO;
    long width = 0;
    long height = 0;
    SampleEntry entry;
    if (video) {
      VideoFormat format = VideoFormat.of(track);
      if (format == null) {
        throw unknown(track);
      }
      entry = TrackEntry.video(track, format);
      VideoFormat.Ratio aspect = format.pixelAspect();
      width = shown(format.width(), aspect);
      height = (long) format.height() << 16;
    } else {
      AudioFormat format = AudioFormat.of(track);
      if (format == null) {
        throw unknown(track);
      }
      entry = TrackEntry.audio(track, format);
    }
    int trak = Boxes.begin(BoxType.TRAK, out);
    new TrackHeaderBox(
            TrackHeaderBox.ENABLED | TrackHeaderBox.IN_MOVIE | IN_PREVIEW,
            0,
            0,
            TRACK_ID,
            0,
            0,
            video ? 0 : FULL_VOLUME,
            TrackHeaderBox.IDENTITY,
            width,
            height)
        .write(out);
    int mdia = Boxes.begin(BoxType.MDIA, out);
    writeMediaHeader(track, out);
    new HandlerBox(video ? BoxType.VIDE : BoxType.SOUN, "").write(out);
    int minf = Boxes.begin(BoxType.MINF, out);
    Box header = video ? VideoMediaHeaderBox.COPY : new SoundMediaHeaderBox(0);
    header.write(out);
    int dinf = Boxes.begin(BoxType.DINF, out);
    DataReferenceBox.SELF.write(out);
    Boxes.end(dinf, out);
    writeTables(entry, out);
    Boxes.end(minf, out);
    Boxes.end(mdia, out);
    Boxes.end(trak, out);
  }

  private static void writeMediaHeader(Track track, ByteBuf out) {
    boolean threeLetters = MediaHeaderBox.isLanguage(track.language());
    String language = threeLetters ? track.language() : MediaHeaderBox.UNDETERMINED;
    new MediaHeaderBox(0, 0, track.timescale().ticksPerSecond(), 0, language).write(out);
    if (!threeLetters && !track.language().isEmpty()) {
      new ExtendedLanguageBox(track.language()).write(out);
    }
  }

  private static void writeTables(SampleEntry entry, ByteBuf out) {
    int stbl = Boxes.begin(BoxType.STBL, out);
    new SampleDescriptionBox(List.of(entry)).write(out);
    SampleTable.of(BoxType.STTS).write(out);
    SampleTable.of(BoxType.STSC).write(out);
    SampleTable.of(BoxType.STSZ).write(out);
    SampleTable.of(BoxType.STCO).write(out);
    Boxes.end(stbl, out);
  }

  /** Width as it is shown, 16.16, at most what fits. */
  private static long shown(int width, VideoFormat.Ratio aspect) {
    long scaled = ((long) width << 16) * aspect.numerator() / aspect.denominator();
    return Math.min(scaled, 0xFFFF_FFFFL);
  }

  private static UnsupportedException unknown(Track track) {
    return new UnsupportedException(
        carries(track.codec())
            ? "the configuration of the %s track does not say its format"
                .formatted(track.codec().label())
            : "CMAF does not carry " + track.codec().label());
  }
}
