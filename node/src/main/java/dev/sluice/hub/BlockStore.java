package dev.sluice.hub;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The blocks of one feed that are still in memory: those of the current GOP, kept for viewers that
 * join, and those that some viewer has not yet taken. Keeps the account of them. Stream's loop.
 */
final class BlockStore {
  private final MemoryBudget memory;
  private final int gopMaxBytes;
  private final long gopMaxMs;
  private final ArrayDeque<Block> gop = new ArrayDeque<>();
  private final ArrayList<Block> taken = new ArrayList<>();
  private int gopBytes;
  private long aliveBytes;

  /** Keeps at most {@code gopMaxBytes} and {@code gopMaxMs} for viewers that join; 0 for none. */
  BlockStore(MemoryBudget memory, int gopMaxBytes, long gopMaxMs) {
    this.memory = memory;
    this.gopMaxBytes = gopMaxBytes;
    this.gopMaxMs = gopMaxMs;
  }

  /** Takes over the caller's reference to {@code block}; {@code opensGop} drops the GOP before. */
  void add(Block block, boolean opensGop) {
    account(block.sizeBytes());
    sweep();
    if (opensGop) {
      dropGop();
    }
    boolean kept = gopMaxBytes > 0 && (opensGop || !gop.isEmpty());
    if (kept && exceeds(block)) {
      dropGop(); // too long to be worth it: viewers wait for the next random access point
      kept = false;
    }
    if (kept) {
      gop.add(block);
      gopBytes += block.sizeBytes();
    } else {
      taken.add(block);
    }
  }

  private boolean exceeds(Block block) {
    Block first = gop.peekFirst();
    return gopBytes + block.sizeBytes() > gopMaxBytes
        || (first != null && block.startMs() - first.startMs() > gopMaxMs);
  }

  /** The current GOP from its random access point on; empty when it is not kept. */
  List<Block> gop() {
    return List.copyOf(gop);
  }

  /** Bytes of all blocks that are alive. */
  long aliveBytes() {
    return aliveBytes;
  }

  /** How many blocks are alive. */
  int aliveCount() {
    return gop.size() + taken.size();
  }

  /** Gives up the GOP: its blocks live on only as long as some viewer has not taken them. */
  void dropGop() {
    taken.addAll(gop);
    gop.clear();
    gopBytes = 0;
  }

  /** Frees what nobody needs any more; true when nothing is left. */
  boolean sweep() {
    for (Iterator<Block> blocks = taken.iterator(); blocks.hasNext(); ) {
      Block block = blocks.next();
      if (block.idle()) {
        blocks.remove();
        account(-block.sizeBytes());
        block.release();
      }
    }
    return taken.isEmpty() && gop.isEmpty();
  }

  private void account(int bytes) {
    aliveBytes += bytes;
    memory.add(MemoryBudget.Account.BLOCKS, bytes);
  }
}
