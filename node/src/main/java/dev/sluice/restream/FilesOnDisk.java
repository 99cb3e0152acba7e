package dev.sluice.restream;

import dev.sluice.media.SourceClock;
import dev.sluice.media.Track;
import dev.sluice.mux.ByteSource;
import dev.sluice.mux.MediaFile;
import dev.sluice.mux.SourceOutput;
import dev.sluice.mux.flv.FlvMediaFile;
import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Opens files on disk, by what they begin with. */
public final class FilesOnDisk implements MediaOpener {
  private static final int FLV = 0x46_4C_56;
  private static final int MAGIC_BYTES = 3;

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
    ByteBuf head = allocator.buffer(MAGIC_BYTES);
    try {
      boolean flv = source.read(0, MAGIC_BYTES, head) == MAGIC_BYTES && head.getMedium(0) == FLV;
      if (!flv) {
        throw new UnsupportedException(path.getFileName() + " is no FLV file");
      }
    } finally {
      head.release();
    }
    return new FlvMediaFile(source, allocator);
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
