package dev.sluice.bench.micro;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What operations went through in one iteration, and what that cost. JMH keeps each public field
 * for a second of time; {@link MicroReport} divides them by one another.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class Volume {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** Bytes of payload: of media, without what a container puts around it. */
  public long bytes;

  /** Access units, or the messages of a protocol. */
  public long frames;

  /** Processor time of this thread, which others on the machine do not count into. */
  public long cpuNs;

  private long begunNs;

  @Setup(Level.Iteration)
  public void begin() {
    begunNs = THREADS.getCurrentThreadCpuTime();
  }

  @TearDown(Level.Iteration)
  public void end() {
    cpuNs = THREADS.getCurrentThreadCpuTime() - begunNs;
  }

  void add(long moreFrames, long moreBytes) {
    frames += moreFrames;
    bytes += moreBytes;
  }
}
