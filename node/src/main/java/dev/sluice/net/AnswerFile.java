package dev.sluice.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.FileRegion;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;

/**
 * A whole answer of HTTP/1.1, head and body, in a file that has no name any more: the kernel sends
 * its pages to any number of sockets, and copies none of them (sendfile(2)). Any thread.
 */
public final class AnswerFile extends AbstractReferenceCounted {
  private final FileChannel channel;
  private final long size;
  private final long bodyBytes;
  private final Runnable freed;

  private AnswerFile(FileChannel channel, long size, long bodyBytes, Runnable freed) {
    this.channel = channel;
    this.size = size;
    this.bodyBytes = bodyBytes;
    this.freed = freed;
  }

  /**
   * Writes one. It takes as much of the folder's room as head and body have bytes, until nobody
   * holds it any more.
   *
   * @param folder on a file system in memory, if there is one
   * @param head status line and fields, with the empty line
   * @param body borrowed; indexes stay as they are
   * @param freed is called once its room is free again, on any thread
   * @throws IOException when there is no room
   */
  public static AnswerFile write(Path folder, String head, List<ByteBuf> body, Runnable freed)
      throws IOException {
    Path name = folder.resolve("sluice-" + UUID.randomUUID());
    FileChannel channel =
        FileChannel.open(
            name, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      Files.delete(name);
      ByteBuffer headBytes = StandardCharsets.US_ASCII.encode(head);
      while (headBytes.hasRemaining()) {
        channel.write(headBytes);
      }
      long headSize = channel.position();
      for (ByteBuf each : body) {
        for (ByteBuffer bytes : each.nioBuffers()) {
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        }
      }
      long size = channel.position();
      return new AnswerFile(channel, size, size - headSize, freed);
    } catch (IOException | RuntimeException failed) {
      channel.close();
      throw failed;
    }
  }

  /** Bytes of the body. */
  public long bodyBytes() {
    return bodyBytes;
  }

  /** All of it, to be written to one channel, which has no TLS. Holds this until it is released. */
  FileRegion region() {
    retain();
    return new Region();
  }

  @Override
  public ReferenceCounted touch(Object hint) {
    return this;
  }

  @Override
  protected void deallocate() {
    try {
      channel.close();
    } catch (IOException readOnlyByNow) {
      // nothing was to be written any more
    }
    freed.run();
  }

  /** Leaves the file open for others. */
  private final class Region extends DefaultFileRegion {
    Region() {
      super(channel, 0, size);
    }

    @Override
    protected void deallocate() {
      AnswerFile.this.release();
    }
  }
}
