package dev.sluice.mux.mp4;

import dev.sluice.media.Timescale;
import dev.sluice.media.Track;
import dev.sluice.mux.ByteSource;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import dev.sluice.wire.isobmff.BoxLimits;
import dev.sluice.wire.isobmff.BoxType;
import dev.sluice.wire.isobmff.DataReferenceBox;
import dev.sluice.wire.isobmff.EditListBox;
import dev.sluice.wire.isobmff.ExtendedLanguageBox;
import dev.sluice.wire.isobmff.HandlerBox;
import dev.sluice.wire.isobmff.MediaHeaderBox;
import dev.sluice.wire.isobmff.MovieExtendsHeaderBox;
import dev.sluice.wire.isobmff.MovieHeaderBox;
import dev.sluice.wire.isobmff.SampleDescriptionBox;
import dev.sluice.wire.isobmff.SampleEntry;
import dev.sluice.wire.isobmff.SampleTableHeader;
import dev.sluice.wire.isobmff.TrackExtendsBox;
import dev.sluice.wire.isobmff.TrackHeaderBox;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a {@code moov}. Tables of samples stay where they are. */
final class MovieReader {
  private final ByteSource source;
  private final List<TrackBox> tracks = new ArrayList<>();
  private final List<String> passedOver = new ArrayList<>();
  private final TrackDefaults defaults = new TrackDefaults();
  private Timescale timescale = new Timescale(1_000);
  private long fragmentsDuration = -1;
  private boolean fragmented;

  private MovieReader(ByteSource source) {
    this.source = source;
  }

  /**
   * What a {@code moov} says.
   *
   * @param timescale of edit lists and {@code fragmentsDuration}
   * @param fragmentsDuration of the whole presentation with its fragments; −1 when not known
   * @param fragmented whether fragments may follow
   * @param tracks video and audio
   * @param defaults of fragments
   * @param passedOver why tracks are not among them, a sentence each
   */
  record Movie(
      Timescale timescale,
      long fragmentsDuration,
      boolean fragmented,
      List<TrackBox> tracks,
      TrackDefaults defaults,
      List<String> passedOver) {}

  /**
   * Reads the box at which {@code moov} is.
   *
   * @throws MalformedException when it cannot be read
   */
  static Movie read(ByteSource source, FileBoxes moov) {
    MovieReader reader = new MovieReader(source);
    FileBoxes boxes = moov.children();
    while (boxes.next()) {
      switch (boxes.type()) {
        case BoxType.MVHD ->
            reader.timescale =
                new Timescale(
                    MovieHeaderBox.read(boxes.body(BoxLimits.MAX_SMALL_BOX_BYTES)).timescale());
        case BoxType.TRAK -> reader.trackOrReason(boxes.children());
        case BoxType.MVEX -> reader.movieExtends(boxes.children());
        default -> {}
      }
    }
    return new Movie(
        reader.timescale,
        reader.fragmentsDuration,
        reader.fragmented,
        List.copyOf(reader.tracks),
        reader.defaults,
        List.copyOf(reader.passedOver));
  }

  private void movieExtends(FileBoxes boxes) {
    fragmented = true;
    while (boxes.next()) {
      switch (boxes.type()) {
        case BoxType.MEHD ->
            fragmentsDuration =
                MovieExtendsHeaderBox.read(boxes.body(BoxLimits.MAX_SMALL_BOX_BYTES))
                    .fragmentDuration();
        case BoxType.TREX ->
            defaults.add(TrackExtendsBox.read(boxes.body(BoxLimits.MAX_SMALL_BOX_BYTES)));
        default -> {}
      }
    }
  }

  private void trackOrReason(FileBoxes boxes) {
    TrackParts parts = new TrackParts();
    try {
      track(boxes, parts);
    } catch (UnsupportedException unsupported) {
      passedOver.add("track %d is not read: %s".formatted(parts.id(), unsupported.getMessage()));
    }
  }

  private void track(FileBoxes boxes, TrackParts parts) {
    while (boxes.next()) {
      switch (boxes.type()) {
        case BoxType.TKHD ->
            parts.header = TrackHeaderBox.read(boxes.body(BoxLimits.MAX_SMALL_BOX_BYTES));
        case BoxType.EDTS -> edits(boxes.children(), parts);
        case BoxType.MDIA -> media(boxes.children(), parts);
        default -> {}
      }
    }
    TrackHeaderBox header = parts.header;
    MediaHeaderBox media = parts.media;
    if (header == null || media == null || parts.handlerType == 0) {
      throw new MalformedException("box 'trak' without 'tkhd', 'mdhd' or 'hdlr'");
    }
    if (parts.handlerType != BoxType.VIDE && parts.handlerType != BoxType.SOUN) {
      throw new UnsupportedException("it is of kind '" + BoxType.text(parts.handlerType) + "'");
    }
    if (tracks.size() == Mp4Limits.MAX_TRACKS) {
      throw new UnsupportedException("it is one of more than " + Mp4Limits.MAX_TRACKS);
    }
    tracks.add(
        new TrackBox(
            header.trackId(),
            parts.handlerType,
            new Timescale(media.timescale()),
            language(media, parts.extendedLanguage),
            parts.edits,
            sampleEntries(parts),
            Map.copyOf(parts.tables)));
  }

  private static void edits(FileBoxes boxes, TrackParts parts) {
    while (boxes.next()) {
      if (boxes.type() == BoxType.ELST) {
        parts.edits = EditListBox.read(boxes.body(BoxLimits.MAX_SMALL_BOX_BYTES));
      }
    }
  }

  private void media(FileBoxes boxes, TrackParts parts) {
    while (boxes.next()) {
      switch (boxes.type()) {
        case BoxType.MDHD ->
            parts.media = MediaHeaderBox.read(boxes.body(BoxLimits.MAX_SMALL_BOX_BYTES));
        case BoxType.ELNG ->
            parts.extendedLanguage =
                ExtendedLanguageBox.read(boxes.body(BoxLimits.MAX_SMALL_BOX_BYTES)).language();
        case BoxType.HDLR ->
            parts.handlerType =
                HandlerBox.read(boxes.body(BoxLimits.MAX_SMALL_BOX_BYTES)).handlerType();
        case BoxType.MINF -> mediaInformation(boxes.children(), parts);
        default -> {}
      }
    }
  }

  private void mediaInformation(FileBoxes boxes, TrackParts parts) {
    while (boxes.next()) {
      switch (boxes.type()) {
        case BoxType.DINF -> dataInformation(boxes.children(), parts);
        case BoxType.STBL -> sampleTables(boxes.children(), parts);
        default -> {}
      }
    }
  }

  private static void dataInformation(FileBoxes boxes, TrackParts parts) {
    while (boxes.next()) {
      if (boxes.type() == BoxType.DREF) {
        parts.references =
            DataReferenceBox.read(boxes.body(BoxLimits.MAX_SMALL_BOX_BYTES)).selfContained();
      }
    }
  }

  private void sampleTables(FileBoxes boxes, TrackParts parts) {
    while (boxes.next()) {
      if (boxes.type() == BoxType.STSD) {
        parts.descriptions = boxes.body(BoxLimits.MAX_SMALL_BOX_BYTES);
      } else if (SampleTableHeader.isTable(boxes.type()) && boxes.isWhole()) {
        parts.tables.put(boxes.type(), PagedTable.of(source, boxes));
      }
    }
  }

  private static List<SampleEntry> sampleEntries(TrackParts parts) {
    var descriptions = parts.descriptions;
    if (descriptions == null) {
      throw new MalformedException("box 'stbl' without 'stsd'");
    }
    List<SampleEntry> entries =
        SampleDescriptionBox.read(parts.handlerType, descriptions).entries();
    if (entries.isEmpty()) {
      throw new MalformedException("box 'stsd' without an entry");
    }
    for (SampleEntry entry : entries) {
      int reference = entry.dataReferenceIndex() - 1;
      if (reference >= 0
          && reference < parts.references.size()
          && !parts.references.get(reference)) {
        throw new UnsupportedException("its samples are in another file");
      }
    }
    return entries;
  }

  private static String language(MediaHeaderBox media, @Nullable String extended) {
    if (extended != null && !extended.isEmpty() && extended.length() <= Track.MAX_LANGUAGE) {
      return extended;
    }
    return media.language().equals(MediaHeaderBox.UNDETERMINED) ? "" : media.language();
  }

  /** What has been read of a track. */
  private static final class TrackParts {
    private @Nullable TrackHeaderBox header;
    private @Nullable MediaHeaderBox media;
    private @Nullable EditListBox edits;
    private @Nullable String extendedLanguage;
    private int handlerType;
    private List<Boolean> references = List.of();
    private @Nullable ByteBuf descriptions;
    private final Map<Integer, PagedTable> tables = new HashMap<>();

    private long id() {
      return header == null ? 0 : header.trackId();
    }
  }
}
