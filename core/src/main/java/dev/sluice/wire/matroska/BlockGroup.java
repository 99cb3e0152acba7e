package dev.sluice.wire.matroska;

import dev.sluice.wire.MalformedException;
import io.netty.buffer.ByteBuf;

/**
 * A Block and what is said of it (RFC 9559, section 5.1.3.5).
 *
 * @param block with {@link Block#key} set when it refers to no other block
 * @param durationTicks 0 when it is not said
 */
public record BlockGroup(Block block, long durationTicks) {

  /**
   * Reads the body, all of {@code body}, which is borrowed and must outlive the frames.
   *
   * @throws MalformedException when it cannot be read or holds no block
   */
  public static BlockGroup read(ByteBuf body) {
    var reading =
        new Object() {
          Block block = new Block(0, 0, false, java.util.List.of());
          boolean refers;
          long durationTicks;
        };
    ElementBody.children(
        "BlockGroup",
        body,
        (in, id) -> {
          switch (id) {
            case ElementId.BLOCK -> reading.block = Block.read(in);
            case ElementId.REFERENCE_BLOCK -> reading.refers = true;
            case ElementId.BLOCK_DURATION ->
                reading.durationTicks = ElementBody.unsigned("BlockDuration", in);
            default -> {} // additions, discard padding
          }
        });
    Block read = reading.block;
    if (read.track() == 0) {
      throw new MalformedException("Matroska BlockGroup without Block");
    }
    Block block = new Block(read.track(), read.relativeTicks(), !reading.refers, read.frames());
    return new BlockGroup(block, reading.durationTicks);
  }
}
