package dev.sluice.hub;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The one budget of media memory, with an account for each use. Counts what is held, decides how
 * tight it is; whoever holds the memory acts on that. Any thread.
 */
public final class MemoryBudget {
  /** From this share of the budget on, GOP caches keep one GOP and no form keeps its own copy. */
  static final double TIGHT = 0.8;

  /** From this share of the budget on, newcomers are refused. */
  static final double FULL = 0.9;

  /** What media memory is used for. */
  public enum Account {
    /** Access units of current GOPs. */
    GOP_CACHES,
    /** Blocks that a feed keeps for joining viewers or that a viewer has not yet taken. */
    BLOCKS,
    /** Segments and parts, listed or listed lately. */
    SEGMENTS,
    /** Units on their way from a source's loop to its stream's. */
    HANDOVERS,
    /** What sources have sent of large messages that are not complete yet. */
    ARRIVALS
  }

  /** Of the budget, what may be used for {@link Account#ARRIVALS}. */
  static final double ARRIVALS_SHARE = 0.25;

  /** What a unit costs beside its payload: the objects that stand for it. */
  static final int UNIT_BYTES = 256;

  private final long limitBytes;
  private final Map<Account, AtomicLong> used = new EnumMap<>(Account.class);
  private final AtomicLong total = new AtomicLong();

  /** A budget of {@code limitBytes}. */
  public MemoryBudget(long limitBytes) {
    this.limitBytes = limitBytes;
    for (Account account : Account.values()) {
      used.put(account, new AtomicLong());
    }
  }

  /** Counts {@code bytes} as held (or, when negative, as given back). */
  public void add(Account account, long bytes) {
    account(account).addAndGet(bytes);
    total.addAndGet(bytes);
  }

  private AtomicLong account(Account account) {
    return Objects.requireNonNull(used.get(account));
  }

  /** Takes {@code bytes} for {@link Account#ARRIVALS}; false when these have their share. */
  public boolean takeForArrivals(long bytes) {
    add(Account.ARRIVALS, bytes);
    if (usedBytes(Account.ARRIVALS) > limitBytes * ARRIVALS_SHARE) {
      add(Account.ARRIVALS, -bytes);
      return false;
    }
    return true;
  }

  /** Gives back what was taken for {@link Account#ARRIVALS}. */
  public void giveBackArrivals(long bytes) {
    add(Account.ARRIVALS, -bytes);
  }

  /** Bytes held for {@code account}. */
  public long usedBytes(Account account) {
    return account(account).get();
  }

  /** Bytes held in all. */
  public long usedBytes() {
    return total.get();
  }

  /** Bytes that may be held in all. */
  public long limitBytes() {
    return limitBytes;
  }

  /** Whether caches must shrink. */
  public boolean tight() {
    return total.get() >= limitBytes * TIGHT;
  }

  /** Whether newcomers must be refused. */
  boolean full() {
    return total.get() >= limitBytes * FULL;
  }
}
