package dev.sluice.mux.mp4;

import dev.sluice.media.Timescale;
import dev.sluice.wire.isobmff.EditListBox;
import dev.sluice.wire.isobmff.SampleEntry;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A video or audio track as {@code moov} describes it.
 *
 * @param trackId of the file
 * @param handlerType {@code vide} or {@code soun}
 * @param timescale of its times
 * @param language as {@link dev.sluice.media.Track} has it
 * @param edits null when there are none
 * @param entries sample entries, at least one
 * @param tables of its samples, by type
 */
record TrackBox(
    long trackId,
    int handlerType,
    Timescale timescale,
    String language,
    @Nullable EditListBox edits,
    List<SampleEntry> entries,
    Map<Integer, PagedTable> tables) {}
