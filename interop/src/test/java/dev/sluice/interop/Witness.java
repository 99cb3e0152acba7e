package dev.sluice.interop;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A viewer that notes each access unit it gets, with the time of its arrival. */
abstract class Witness implements AutoCloseable {
  private final String name;
  private final List<Packet> packets = new ArrayList<>(); // guarded by itself

  Witness(String name) {
    this.name = name;
  }

  /** Notes a packet. Any thread. */
  final void saw(Packet packet) {
    synchronized (packets) {
      packets.add(packet);
    }
  }

  /** All that it got so far, in order of arrival. */
  final List<Packet> packets() {
    synchronized (packets) {
      return List.copyOf(packets);
    }
  }

  /** How many packets it got so far. */
  final int count() {
    synchronized (packets) {
      return packets.size();
    }
  }

  /** The first picture that came at {@code fromNs} or later; null when none has. */
  final @Nullable Packet firstPictureFrom(long fromNs) {
    synchronized (packets) {
      int index = packets.size();
      while (index > 0 && packets.get(index - 1).arrivedNs() - fromNs >= 0) {
        index--;
      }
      return packets.subList(index, packets.size()).stream()
          .filter(Packet::video)
          .findFirst()
          .orElse(null);
    }
  }

  /** The newest picture; null when there was none. */
  final @Nullable Packet lastPicture() {
    synchronized (packets) {
      return packets.reversed().stream().filter(Packet::video).findFirst().orElse(null);
    }
  }

  /** Has it ended, by its own or by the server's doing? */
  abstract boolean ended();

  /** What it has to complain of; empty when nothing. */
  abstract String complaints();

  /** State and output, for failure messages. */
  abstract String describe();

  @Override
  public abstract void close();

  @Override
  public final String toString() {
    return name;
  }
}
