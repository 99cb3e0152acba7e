package dev.sluice.testkit.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;

/** One direction between two hosts. */
public final class Link {
  /** What a lost segment of a connection costs: the sender's retransmission timeout. */
  static final long RETRANSMIT_NS = 200_000_000;

  private final VirtualTime time;
  private final String name;
  private final Consumer<String> trace;
  private final RandomGenerator random;
  private final List<Runnable> atHeal = new ArrayList<>();

  private LinkConditions conditions;
  private boolean cut;
  private long busyUntilNs; // of elapsed time: when the bytes sent so far are on the wire
  private long lastArrivalNs; // of elapsed time: jitter alone overtakes nobody
  private long sent;
  private long delivered;
  private long lost;

  Link(
      VirtualTime time, long seed, String name, LinkConditions conditions, Consumer<String> trace) {
    this.time = time;
    this.name = name;
    this.conditions = conditions;
    this.trace = trace;
    this.random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + name.hashCode());
  }

  /** Changes what happens to packets sent from now on. */
  public void setConditions(LinkConditions conditions) {
    this.conditions = conditions;
  }

  /** Nothing arrives any more, not even what is under way. */
  public void cut() {
    cut = true;
    log("cut", new byte[0]);
  }

  /** Ends a cut; connections send again what was not received. */
  public void heal() {
    if (!cut) {
      return;
    }
    cut = false;
    log("heal", new byte[0]);
    List<Runnable> waiting = List.copyOf(atHeal);
    atHeal.clear();
    waiting.forEach(Runnable::run);
  }

  /** Is it cut now? */
  public boolean isCut() {
    return cut;
  }

  /** Packets sent, whatever became of them; duplicates made on the way do not count. */
  public long sent() {
    return sent;
  }

  /** Packets that arrived, duplicates included. */
  public long delivered() {
    return delivered;
  }

  /** Packets that vanished: by loss, a full queue or a cut. */
  public long lost() {
    return lost;
  }

  void sendDatagram(byte[] bytes, Consumer<byte[]> receiver) {
    sent++;
    byte[] copy = bytes.clone();
    if (conditions.rateBps() > 0 && busyUntilNs - time.elapsedNs() > conditions.queueNs()) {
      drop("full", copy);
      return;
    }
    long onWireNs = transmit(copy.length);
    if (random.nextDouble() < conditions.loss()) {
      drop("loss", copy);
      return;
    }
    int copies = random.nextDouble() < conditions.duplication() ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      boolean heldBack = random.nextDouble() < conditions.reordering();
      long arrivalNs = onWireNs + onTheWayNs();
      if (heldBack) {
        arrivalNs += conditions.reorderNs(); // and those behind it may pass
      } else {
        arrivalNs = Math.max(arrivalNs, lastArrivalNs);
        lastArrivalNs = arrivalNs;
      }
      at(arrivalNs, () -> arriveOrDrop(copy, receiver));
    }
  }

  /**
   * Sends one segment of a connection.
   *
   * @param notBeforeNs arrival of the segment before it, elapsed ns
   * @return its arrival when no cut comes between, elapsed ns
   */
  long sendSegment(byte[] bytes, long notBeforeNs, Runnable arrived) {
    sent++;
    long arrivalNs = transmit(bytes.length) + onTheWayNs();
    while (random.nextDouble() < conditions.loss() && conditions.loss() < 1) {
      log("resend", bytes);
      arrivalNs += RETRANSMIT_NS;
    }
    arrivalNs = Math.max(arrivalNs, notBeforeNs);
    at(arrivalNs, arrived);
    return arrivalNs;
  }

  /** Has {@code action} run when the cut ends. */
  void whenHealed(Runnable action) {
    atHeal.add(action);
  }

  /** Time a resent segment needs, ns. */
  long resendNs() {
    return RETRANSMIT_NS + conditions.delayNs();
  }

  void countDelivery(byte[] bytes) {
    delivered++;
    log("arrive", bytes);
  }

  RandomGenerator random() {
    return random;
  }

  VirtualTime time() {
    return time;
  }

  private void arriveOrDrop(byte[] bytes, Consumer<byte[]> receiver) {
    if (cut) {
      drop("cut", bytes);
      return;
    }
    countDelivery(bytes);
    receiver.accept(bytes.clone());
  }

  private void drop(String why, byte[] bytes) {
    lost++;
    log(why, bytes);
  }

  /** Puts so many bytes on the wire; returns when the last of them is on it, elapsed ns. */
  private long transmit(int bytes) {
    long startNs = Math.max(busyUntilNs, time.elapsedNs());
    long rate = conditions.rateBps();
    busyUntilNs = rate == 0 ? startNs : startNs + bytes * 8L * 1_000_000_000L / rate;
    return busyUntilNs;
  }

  private long onTheWayNs() {
    return conditions.delayNs()
        + (conditions.jitterNs() == 0 ? 0 : random.nextLong(conditions.jitterNs() + 1));
  }

  private void at(long elapsedNs, Runnable action) {
    time.schedule(elapsedNs - time.elapsedNs(), action);
  }

  private void log(String event, byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    trace.accept(
        "%d %s %s %d B crc %08X"
            .formatted(time.elapsedNs(), name, event, bytes.length, crc.getValue()));
  }
}
