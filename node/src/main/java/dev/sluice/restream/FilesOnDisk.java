package dev.sluice.restream;

import dev.sluice.media.SourceClock;
import dev.sluice.media.Track;
import dev.sluice.mux.ByteSource;
import dev.sluice.mux.MediaFile;
import dev.sluice.mux.SourceOutput;
import dev.sluice.mux.flv.FlvMediaFile;
import dev.sluice.mux.mkv.MatroskaFile;
import dev.sluice.mux.mp4.Mp4File;
import dev.sluice.mux.mpegts.TsFile;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;

/** Opens files on disk, by what they begin with. */
public final class FilesOnDisk implements MediaOpener {
  private static final int HEAD_BYTES = 256;

  private final ByteBufAllocator allocator;

  /** An opener whose files read into buffers of {@code allocator}. */
  public FilesOnDisk(ByteBufAllocator allocator) {
    this.allocator = allocator;
  }

  @Override
  public MediaFile open(Path path) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return new Opened(read(path, new OnDisk(channel, channel.size())), channel);
    } catch (IOException | RuntimeException refused) {
      channel.close();
      throw refused;
    }
  }

  private MediaFile read(Path path, ByteSource source) {
    ByteBuf head = allocator.buffer(HEAD_BYTES);
    Kind kind;
    try {
      head.writeZero(HEAD_BYTES).clear();
      source.read(0, HEAD_BYTES, head);
      kind = Kind.of(head.setIndex(0, HEAD_BYTES));
    } finally {
      head.release();
    }
    return switch (kind) {
      case FLV -> new FlvMediaFile(source, allocator);
      case MATROSKA -> new MatroskaFile(source, allocator);
      case MP4 -> Mp4File.open(source, allocator);
      case MPEG_TS -> new TsFile(source, allocator);
      case UNKNOWN ->
          throw new UnsupportedException(
              path.getFileName() + " is no FLV, MP4, MPEG-TS or Matroska file");
    };
  }

  private enum Kind {
    FLV,
    MATROSKA,
    MP4,
    MPEG_TS,
    UNKNOWN;

    private static final int EBML = 0x1A45_DFA3;
    private static final int SIGNATURE = 0x46_4C_56;
    private static final int SYNC_BYTE = 0x47;

    /** Lengths of TS packets: plain, with a time code in front (M2TS), with parity behind. */
    private static final int[][] SYNC_AT = {{0, 188}, {4, 4 + 192}, {0, 204}};

    /** Types of boxes that files of the family of QuickTime and MP4 begin with. */
    private static final Set<String> FIRST_BOXES =
        Set.of("ftyp", "styp", "moov", "moof", "mdat", "free", "skip", "wide", "sidx", "pnot");

    /**
     * What begins with {@code head}.
     *
     * @param head {@link #HEAD_BYTES}, zeros behind a shorter file's end
     */
    static Kind of(ByteBuf head) {
      if (head.getMedium(0) == SIGNATURE) {
        return FLV;
      }
      if (head.getInt(0) == EBML) {
        return MATROSKA;
      }
      if (FIRST_BOXES.contains(head.toString(4, 4, StandardCharsets.ISO_8859_1))) {
        return MP4;
      }
      for (int[] at : SYNC_AT) {
        if (head.getByte(at[0]) == SYNC_BYTE && head.getByte(at[1]) == SYNC_BYTE) {
          return MPEG_TS;
        }
      }
      return UNKNOWN;
    }
  }

  private record OnDisk(FileChannel channel, long sizeBytes) implements ByteSource {
    @Override
    public int read(long position, int length, ByteBuf out) {
      try {
        int done = 0;
        while (done < length) {
          int read = out.writeBytes(channel, position + done, length - done);
          if (read <= 0) {
            break;
          }
          done += read;
        }
        return done;
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
    }
  }

  /** A file that closes its channel, too. */
  private record Opened(MediaFile file, FileChannel channel) implements MediaFile {
    @Override
    public SourceClock clock() {
      return file.clock();
    }

    @Override
    public List<Track> tracks() {
      return file.tracks();
    }

    @Override
    public long durationNs() {
      return file.durationNs();
    }

    @Override
    public boolean next(SourceOutput output) {
      return file.next(output);
    }

    @Override
    public long seek(long atNs) {
      return file.seek(atNs);
    }

    @Override
    public void close() {
      file.close();
      try {
        channel.close();
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
    }
  }
}
