package dev.sluice.mux.mkv;

import dev.sluice.wire.MalformedException;
import dev.sluice.wire.matroska.Block;
import dev.sluice.wire.matroska.BlockGroup;
import dev.sluice.wire.matroska.ElementHeader;
import dev.sluice.wire.matroska.ElementId;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Goes through the blocks of a segment, cluster by cluster, from any place. */
final class Clusters {
  /** Bytes of one block. */
  static final int MAX_BLOCK_BYTES = 32 << 20;

  private static final int MAX_NUMBER_BYTES = 8;

  /**
   * A block and where it was found.
   *
   * @param block its frames hold until the next one is looked for
   * @param ticks time stamp of its first frame, in the segment's ticks
   * @param durationTicks 0 when it is not said
   * @param place where reading can begin again with this block
   */
  record Found(Block block, long ticks, long durationTicks, Place place) {}

  /**
   * Where reading stands.
   *
   * @param position of the next element
   * @param clusterEnd where the cluster ends; 0 between clusters, {@link Long#MAX_VALUE} when it is
   *     not known
   * @param clusterTicks time stamp of the cluster
   */
  record Place(long position, long clusterEnd, long clusterTicks) {}

  private final FileReader file;
  private final long end;
  private long position;
  private long clusterEnd;
  private long clusterTicks;

  /**
   * Begins at {@code position}, outside of any cluster.
   *
   * @param end of the segment
   */
  Clusters(FileReader file, long position, long end) {
    this.file = file;
    this.end = end;
    this.position = position;
  }

  /** Goes to {@code place}. */
  void go(Place place) {
    position = place.position();
    clusterEnd = place.clusterEnd();
    clusterTicks = place.clusterTicks();
  }

  /**
   * The next block; null at the end of the segment, or where the file was cut off.
   *
   * @throws MalformedException when something else stands there
   */
  @Nullable Found next() {
    while (position < end) {
      if (clusterEnd != 0 && position >= clusterEnd) {
        clusterEnd = 0;
      }
      long elementAt = position;
      ElementHeader header = file.header(position);
      if (header == null) {
        return null;
      }
      if (clusterEnd == Long.MAX_VALUE && ElementId.isTopLevel(header.id())) {
        clusterEnd = 0; // a cluster of unknown size ends where something else begins
      }
      long bodyAt = position + file.headerBytes();
      if (clusterEnd == 0) {
        enter(header, bodyAt);
        continue;
      }
      requireSize(header);
      position = bodyAt + header.bodyBytes();
      switch (header.id()) {
        case ElementId.TIMESTAMP -> {
          ByteBuf body = file.view("Timestamp", bodyAt, header, MAX_NUMBER_BYTES);
          if (body == null) {
            return null;
          }
          clusterTicks = number(body);
        }
        case ElementId.SIMPLE_BLOCK -> {
          ByteBuf body = file.view("SimpleBlock", bodyAt, header, MAX_BLOCK_BYTES);
          if (body == null) {
            return null;
          }
          return found(Block.read(body), 0, elementAt);
        }
        case ElementId.BLOCK_GROUP -> {
          ByteBuf body = file.view("BlockGroup", bodyAt, header, MAX_BLOCK_BYTES);
          if (body == null) {
            return null;
          }
          BlockGroup group = BlockGroup.read(body);
          return found(group.block(), group.durationTicks(), elementAt);
        }
        default -> {} // positions, sizes of clusters before
      }
    }
    return null;
  }

  private void enter(ElementHeader header, long bodyAt) {
    if (header.id() == ElementId.CLUSTER) {
      boolean unknown = header.bodyBytes() == ElementHeader.UNKNOWN;
      clusterEnd = unknown ? Long.MAX_VALUE : bodyAt + header.bodyBytes();
      clusterTicks = 0;
      position = bodyAt;
    } else {
      requireSize(header);
      position = bodyAt + header.bodyBytes();
    }
  }

  private Found found(Block block, long durationTicks, long elementAt) {
    Place place = new Place(elementAt, clusterEnd, clusterTicks);
    return new Found(block, clusterTicks + block.relativeTicks(), durationTicks, place);
  }

  private static long number(ByteBuf body) {
    long value = 0;
    while (body.isReadable()) {
      value = value << 8 | body.readUnsignedByte();
    }
    if (value < 0 || value > Long.MAX_VALUE >> 1) {
      throw new MalformedException(
          "Matroska Timestamp is " + Long.toUnsignedString(value) + ", allowed is at most 2⁶²");
    }
    return value;
  }

  private static void requireSize(ElementHeader header) {
    if (header.bodyBytes() == ElementHeader.UNKNOWN) {
      throw new MalformedException("Matroska element %X has no size".formatted(header.id()));
    }
  }
}
