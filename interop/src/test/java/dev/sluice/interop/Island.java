package dev.sluice.interop;

import dev.sluice.testkit.Children;
import java.time.Duration;
import java.util.List;

/**
 * A network namespace that is joined to this host by one cable, which can be cut: what runs in it
 * is then gone without a word, as after a power failure.
 */
public final class Island implements AutoCloseable {
  private static final Duration BOUND = Duration.ofSeconds(10);

  private final Children children;
  private final String name;
  private final String cable;
  private final String prefix;

  /**
   * Makes one.
   *
   * @param number different for each island of a test, 1 to 250
   */
  public Island(Children children, int number) {
    this.children = children;
    long pid = ProcessHandle.current().pid();
    name = "sluice-" + pid + "-" + number;
    cable = "slc" + pid % 1_000_000 + "-" + number; // at most 15 characters
    prefix = "198.18." + number + "."; // set aside for tests, RFC 2544
    ip("netns add " + name);
    ip("link add " + cable + " type veth peer name eth0 netns " + name);
    ip("address add " + prefix + "1/24 dev " + cable);
    ip("link set " + cable + " up");
    ip("-n " + name + " address add " + prefix + "2/24 dev eth0");
    ip("-n " + name + " link set eth0 up");
  }

  /** What to put before a command that shall run there. */
  public List<String> command() {
    return List.of("ip", "netns", "exec", name);
  }

  /** The address of this host as seen from there. */
  public String hostAddress() {
    return prefix + "1";
  }

  /** Cuts the cable. */
  public void sink() {
    ip("link set " + cable + " down");
  }

  @Override
  public void close() {
    ip("link delete " + cable);
    ip("netns delete " + name);
  }

  private void ip(String arguments) {
    children.run(BOUND, ("ip " + arguments).split(" "));
  }
}
