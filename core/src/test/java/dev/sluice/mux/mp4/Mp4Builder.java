package dev.sluice.mux.mp4;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.isobmff.AudioSampleEntry;
import dev.sluice.wire.isobmff.Box;
import dev.sluice.wire.isobmff.BoxType;
import dev.sluice.wire.isobmff.Boxes;
import dev.sluice.wire.isobmff.DataReferenceBox;
import dev.sluice.wire.isobmff.EditListBox;
import dev.sluice.wire.isobmff.EsDescriptorBox;
import dev.sluice.wire.isobmff.FileTypeBox;
import dev.sluice.wire.isobmff.HandlerBox;
import dev.sluice.wire.isobmff.MediaHeaderBox;
import dev.sluice.wire.isobmff.MovieHeaderBox;
import dev.sluice.wire.isobmff.RawBox;
import dev.sluice.wire.isobmff.SampleDescriptionBox;
import dev.sluice.wire.isobmff.SampleEntry;
import dev.sluice.wire.isobmff.SampleTable;
import dev.sluice.wire.isobmff.SampleTableHeader;
import dev.sluice.wire.isobmff.TrackHeaderBox;
import dev.sluice.wire.isobmff.VisualSampleEntry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/** Writes progressive MP4 files of every shape that the tables allow. */
final class Mp4Builder {
  /** One sample. */
  record Sample(int duration, int compositionOffset, int size, boolean sync, int entry) {}

  /**
   * One track.
   *
   * @param chunks how many samples each chunk has
   */
  record Track(
      int handlerType,
      int timescale,
      List<EditListBox.Edit> edits,
      List<SampleEntry> entries,
      List<Sample> samples,
      List<Integer> chunks) {}

  /** How it is written. */
  record Form(boolean moovFirst, boolean interleaved, boolean largeOffsets, boolean compactSizes) {
    static final Form PLAIN = new Form(false, true, false, false);
  }

  static final int MOVIE_TIMESCALE = 1_000;

  /** An AVCDecoderConfigurationRecord of a small picture. */
  static final String AVCC = "0142c00cffe1000467420000 01000268cb";

  private Mp4Builder() {}

  static SampleEntry avc1() {
    return new VisualSampleEntry(
        BoxType.AVC1,
        1,
        96,
        64,
        List.of(new RawBox(BoxType.AVCC, Bytes.ofHex(AVCC.replace(" ", "")))));
  }

  static SampleEntry mp4a() {
    ByteBuf out = Unpooled.buffer();
    new EsDescriptorBox(EsDescriptorBox.AAC, EsDescriptorBox.AUDIO, 0, 0, 0, Bytes.ofHex("1190"))
        .writeBody(out);
    return new AudioSampleEntry(
        BoxType.MP4A, 1, 2, 16, 48_000, List.of(new RawBox(BoxType.ESDS, Bytes.copyOf(out))));
  }

  /** The whole file. Byte n of the data of sample s of track t is t + s + n. */
  static byte[] file(List<Track> tracks, Form form) {
    ByteBuf out = Unpooled.buffer();
    new FileTypeBox(BoxType.FTYP, BoxType.of("isom"), 0, List.of(BoxType.of("isom"))).write(out);
    List<List<Long>> offsets = new ArrayList<>();
    if (form.moovFirst) {
      // once to know how long it is, once more with the true offsets
      tracks.forEach(
          track -> offsets.add(new ArrayList<>(track.chunks.stream().map(_ -> 0L).toList())));
      ByteBuf moov = Unpooled.buffer();
      moov(tracks, offsets, form, moov);
      ByteBuf data = Unpooled.buffer();
      mdat(tracks, form, out.readableBytes() + moov.readableBytes(), offsets, data);
      moov(tracks, offsets, form, out);
      out.writeBytes(data);
    } else {
      tracks.forEach(_ -> offsets.add(new ArrayList<>()));
      mdat(tracks, form, out.readableBytes(), offsets, out);
      moov(tracks, offsets, form, out);
    }
    return Bytes.copyOf(out).toArray();
  }

  private static void mdat(
      List<Track> tracks, Form form, long start, List<List<Long>> offsets, ByteBuf out) {
    int from = out.writerIndex();
    int box = Boxes.begin(BoxType.MDAT, out);
    offsets.forEach(List::clear);
    int[] chunk = new int[tracks.size()];
    int[] sample = new int[tracks.size()];
    for (boolean more = true; more; ) {
      more = false;
      for (int t = 0; t < tracks.size(); t++) {
        Track track = tracks.get(t);
        while (chunk[t] < track.chunks.size()) {
          offsets.get(t).add(start + out.writerIndex() - from);
          for (int i = 0; i < track.chunks.get(chunk[t]); i++, sample[t]++) {
            for (int n = 0; n < track.samples.get(sample[t]).size; n++) {
              out.writeByte(t + sample[t] + n);
            }
          }
          chunk[t]++;
          if (form.interleaved) {
            break;
          }
        }
        more |= chunk[t] < track.chunks.size();
      }
    }
    Boxes.end(box, out);
  }

  private static void moov(List<Track> tracks, List<List<Long>> offsets, Form form, ByteBuf out) {
    int moov = Boxes.begin(BoxType.MOOV, out);
    new MovieHeaderBox(0, 0, MOVIE_TIMESCALE, 0, tracks.size() + 1).write(out);
    for (int t = 0; t < tracks.size(); t++) {
      Track track = tracks.get(t);
      int trak = Boxes.begin(BoxType.TRAK, out);
      new TrackHeaderBox(3, 0, 0, t + 1, 0, 0, 0, TrackHeaderBox.IDENTITY, 0, 0).write(out);
      if (!track.edits.isEmpty()) {
        int edts = Boxes.begin(BoxType.EDTS, out);
        new EditListBox(track.edits).write(out);
        Boxes.end(edts, out);
      }
      int mdia = Boxes.begin(BoxType.MDIA, out);
      new MediaHeaderBox(0, 0, track.timescale, 0, "und").write(out);
      new HandlerBox(track.handlerType, "").write(out);
      int minf = Boxes.begin(BoxType.MINF, out);
      int dinf = Boxes.begin(BoxType.DINF, out);
      DataReferenceBox.SELF.write(out);
      Boxes.end(dinf, out);
      int stbl = Boxes.begin(BoxType.STBL, out);
      new SampleDescriptionBox(track.entries).write(out);
      tables(track, offsets.get(t), form).forEach(table -> table.write(out));
      Boxes.end(stbl, out);
      Boxes.end(minf, out);
      Boxes.end(mdia, out);
      Boxes.end(trak, out);
    }
    Boxes.end(moov, out);
  }

  private static List<Box> tables(Track track, List<Long> offsets, Form form) {
    List<Sample> samples = track.samples;
    List<Box> tables = new ArrayList<>();
    tables.add(runs(BoxType.STTS, samples.stream().mapToLong(Sample::duration).toArray()));
    if (samples.stream().anyMatch(sample -> sample.compositionOffset != 0)) {
      tables.add(
          runs(BoxType.CTTS, samples.stream().mapToLong(Sample::compositionOffset).toArray()));
    }
    tables.add(chunkRuns(track));
    tables.add(sizes(samples, form));
    tables.add(
        SampleTable.of(
            form.largeOffsets ? BoxType.CO64 : BoxType.STCO,
            offsets.stream().mapToLong(Long::longValue).toArray()));
    if (samples.stream().anyMatch(sample -> !sample.sync)) {
      List<Long> sync = new ArrayList<>();
      for (int i = 0; i < samples.size(); i++) {
        if (samples.get(i).sync) {
          sync.add(i + 1L);
        }
      }
      tables.add(SampleTable.of(BoxType.STSS, sync.stream().mapToLong(Long::longValue).toArray()));
    }
    return tables;
  }

  private static SampleTable runs(int type, long[] values) {
    List<Long> fields = new ArrayList<>();
    for (int i = 0; i < values.length; ) {
      int end = i;
      while (end < values.length && values[end] == values[i]) {
        end++;
      }
      fields.add((long) end - i);
      fields.add(values[i]);
      i = end;
    }
    return SampleTable.of(type, fields.stream().mapToLong(Long::longValue).toArray());
  }

  /** All samples of a chunk have one entry: the first one's. */
  private static SampleTable chunkRuns(Track track) {
    List<Long> fields = new ArrayList<>();
    int first = 0;
    long lastCount = -1;
    long lastEntry = -1;
    for (int chunk = 0; chunk < track.chunks.size(); chunk++) {
      long count = track.chunks.get(chunk);
      long entry = first < track.samples.size() ? track.samples.get(first).entry : 1;
      if (count != lastCount || entry != lastEntry) {
        fields.addAll(List.of(chunk + 1L, count, entry));
        lastCount = count;
        lastEntry = entry;
      }
      first += (int) count;
    }
    return SampleTable.of(BoxType.STSC, fields.stream().mapToLong(Long::longValue).toArray());
  }

  private static SampleTable sizes(List<Sample> samples, Form form) {
    int largest = samples.stream().mapToInt(Sample::size).max().orElse(0);
    long different = samples.stream().map(Sample::size).distinct().count();
    if (different == 1 && largest > 0) {
      return SampleTable.ofUniformSize(samples.size(), largest);
    }
    if (!form.compactSizes || largest > 0xFFFF) {
      return SampleTable.of(BoxType.STSZ, samples.stream().mapToLong(Sample::size).toArray());
    }
    int bits = largest < 16 ? 4 : largest < 256 ? 8 : 16;
    ByteBuf entries = Unpooled.buffer();
    for (int i = 0; i < samples.size(); i++) {
      int size = samples.get(i).size;
      if (bits == 16) {
        entries.writeShort(size);
      } else if (bits == 8) {
        entries.writeByte(size);
      } else {
        i++;
        entries.writeByte(size << 4 | (i < samples.size() ? samples.get(i).size : 0));
      }
    }
    return new SampleTable(
        new SampleTableHeader(BoxType.STZ2, 0, samples.size(), 0, bits), Bytes.copyOf(entries));
  }
}
