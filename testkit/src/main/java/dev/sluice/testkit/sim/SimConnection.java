package dev.sluice.testkit.sim;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * A connection that carries bytes in order in both directions, as TCP does: nothing is lost, but
 * loss costs time, a cut holds everything back, and the pieces that arrive are not the pieces that
 * were sent.
 */
public final class SimConnection {
  /** Largest piece that arrives at once, bytes: the payload of an Ethernet frame. */
  private static final int MAX_SEGMENT = 1_460;

  private final End from;
  private final End to;

  SimConnection(Link there, Link back) {
    from = new End(there);
    to = new End(back);
    from.peer = to;
    to.peer = from;
  }

  /** The end of the host that opened it. */
  public End from() {
    return from;
  }

  /** The end of the host it was opened to. */
  public End to() {
    return to;
  }

  /** Breaks it at once on both ends, whatever is under way. */
  public void reset() {
    from.breakOff();
    to.breakOff();
  }

  /** Bytes on their way; none at all is the end of the connection. */
  private static final class Segment {
    private final byte[] bytes;
    private final long arrivalNs;

    private Segment(byte[] bytes, long arrivalNs) {
      this.bytes = bytes;
      this.arrivalNs = arrivalNs;
    }
  }

  /** One end. */
  public static final class End {
    private final Link out;
    private final Deque<Segment> underWay = new ArrayDeque<>();
    private End peer = this; // its real one is set by the constructor of the connection
    private Consumer<byte[]> receiver = bytes -> {};
    private Runnable closed = () -> {};
    private long lastArrivalNs;
    private long unreceivedBytes;
    private boolean open = true;
    private boolean closedByUs;
    private boolean waitingForHeal;

    private End(Link out) {
      this.out = out;
    }

    /** Who gets bytes that arrive here. */
    public void onBytes(Consumer<byte[]> receiver) {
      this.receiver = receiver;
    }

    /** Who is told, once, that nothing more will arrive here. */
    public void onClosed(Runnable closed) {
      this.closed = closed;
    }

    /** Sends bytes to the other end; ignored when this end or the connection is closed. */
    public void send(byte[] bytes) {
      if (!open || closedByUs) {
        return;
      }
      for (int start = 0; start < bytes.length; ) {
        int most = Math.min(MAX_SEGMENT, bytes.length - start);
        // Now and then a short segment: who relies on message boundaries is found out.
        int length = out.random().nextInt(4) == 0 ? 1 + out.random().nextInt(most) : most;
        sendSegment(Arrays.copyOfRange(bytes, start, start + length));
        start += length;
      }
    }

    /** Closes after what was sent has arrived. */
    public void close() {
      if (open && !closedByUs) {
        sendSegment(new byte[0]);
        closedByUs = true;
      }
    }

    /** Bytes sent that the other end has not received yet. */
    public long unreceivedBytes() {
      return unreceivedBytes;
    }

    /** Can bytes still arrive here? */
    public boolean isOpen() {
      return open;
    }

    private void sendSegment(byte[] bytes) {
      unreceivedBytes += bytes.length;
      lastArrivalNs = out.sendSegment(bytes, lastArrivalNs, this::deliverDue);
      underWay.add(new Segment(bytes, lastArrivalNs));
    }

    /** Delivers all segments whose time has come; when the way is cut they wait for its end. */
    private void deliverDue() {
      if (waitingForHeal) {
        return;
      }
      if (out.isCut()) {
        waitingForHeal = true;
        out.whenHealed(() -> out.time().schedule(out.resendNs(), this::resend));
        return;
      }
      long elapsedNs = out.time().elapsedNs();
      for (Segment next = underWay.peek(); next != null && next.arrivalNs <= elapsedNs; ) {
        underWay.remove();
        deliver(next.bytes);
        next = underWay.peek();
      }
    }

    private void resend() {
      waitingForHeal = false;
      deliverDue();
    }

    private void deliver(byte[] bytes) {
      unreceivedBytes -= bytes.length;
      out.countDelivery(bytes);
      if (!peer.open) {
        return;
      }
      if (bytes.length == 0) {
        peer.breakOff();
      } else {
        peer.receiver.accept(bytes);
      }
    }

    private void breakOff() {
      if (open) {
        open = false;
        closed.run();
      }
    }
  }
}
