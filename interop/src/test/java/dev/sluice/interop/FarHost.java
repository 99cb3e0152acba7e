package dev.sluice.interop;

import dev.sluice.testkit.Children;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Another host: a network namespace at the end of a cable that can be cut. Removed when the test
 * ends, when the test's JVM is told to end, and, where that was killed, by the next one.
 *
 * <pre>{@code
 * @RegisterExtension final FarHost far = new FarHost(); // the test needs netns
 * }</pre>
 */
public final class FarHost implements AfterEachCallback, AutoCloseable {
  private static final Duration BOUND = Duration.ofSeconds(10);
  private static final String PREFIX = "sluice-far-";
  private static final Pattern OWNED = Pattern.compile("^" + PREFIX + "(\\d+)\\b");

  /** Nobody's address on the cable: locally administered. */
  private static final String NOBODY = "02:00:00:00:00:fe";

  private final long owner = ProcessHandle.current().pid();
  private final String namespace = PREFIX + owner;
  private final String near = "slf" + owner + "n"; // at most 15 characters
  private final String far = "slf" + owner + "f";
  private final Thread atExit = new Thread(this::remove, "remove " + namespace);
  private boolean there;

  /** How the cable is cut. */
  public enum Cut {
    /** Both ends see that the link is down. */
    LINK_DOWN,
    /** Both ends see a link, and whatever they send is lost: a black hole. */
    BLACK_HOLE
  }

  /** Makes the namespace and the cable. */
  public void connect() {
    removeOfTheDead();
    Runtime.getRuntime().addShutdownHook(atExit);
    there = true;
    ip("netns", "add", namespace);
    ip("link", "add", near, "type", "veth", "peer", "name", far, "netns", namespace);
    ip("addr", "add", nearAddress() + "/30", "dev", near);
    ip("link", "set", near, "up");
    ip("-n", namespace, "addr", "add", farAddress() + "/30", "dev", far);
    ip("-n", namespace, "link", "set", "lo", "up");
    ip("-n", namespace, "link", "set", far, "up");
  }

  /** The address by which the far host reaches this one. */
  public String nearAddress() {
    return address(1);
  }

  /** The address of the far host. */
  public String farAddress() {
    return address(2);
  }

  /** Four addresses for each process, out of a block that is meant for tests of networks. */
  private String address(int host) {
    int block = (int) (owner % (1 << 15)) * 4; // 198.18.0.0/15 (RFC 2544)
    return "198."
        + (18 + (block >> 16))
        + "."
        + (block >> 8 & 0xFF)
        + "."
        + ((block & 0xFF) + host);
  }

  /** What to start so that {@code command} runs there. */
  public String[] command(String... command) {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    all.addAll(List.of(command));
    return all.toArray(String[]::new);
  }

  /** Cuts the cable. */
  public void cut(Cut how) {
    switch (how) {
      case LINK_DOWN -> ip("link", "set", near, "down");
      case BLACK_HOLE -> {
        // each end sends to a station that is not there
        ip("neigh", "replace", farAddress(), "lladdr", NOBODY, "dev", near, "nud", "permanent");
        ip(
            "-n",
            namespace,
            "neigh",
            "replace",
            nearAddress(),
            "lladdr",
            NOBODY,
            "dev",
            far,
            "nud",
            "permanent");
      }
    }
  }

  /** Mends it. */
  public void mend(Cut how) {
    switch (how) {
      case LINK_DOWN -> ip("link", "set", near, "up");
      case BLACK_HOLE -> {
        ip("neigh", "del", farAddress(), "dev", near);
        ip("-n", namespace, "neigh", "del", nearAddress(), "dev", far);
      }
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    close();
  }

  @Override
  public void close() {
    if (there) {
      there = false;
      remove();
      Runtime.getRuntime().removeShutdownHook(atExit);
    }
  }

  /** Whatever there is of it; also after a failure half-way. */
  private void remove() {
    tryIp("link", "del", near);
    tryIp("netns", "delete", namespace);
  }

  private static void removeOfTheDead() {
    for (String line : ip("netns", "list").lines().toList()) {
      Matcher owned = OWNED.matcher(line);
      if (owned.find() && ProcessHandle.of(Long.parseLong(owned.group(1))).isEmpty()) {
        tryIp("link", "del", "slf" + owned.group(1) + "n");
        tryIp("netns", "delete", PREFIX + owned.group(1));
      }
    }
  }

  private static String ip(String... arguments) {
    try (Children children = new Children()) {
      return children.run(BOUND, ipCommand(arguments).toArray(String[]::new));
    }
  }

  private static List<String> ipCommand(String... arguments) {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments));
    return command;
  }

  private static void tryIp(String... arguments) {
    try {
      new ProcessBuilder(ipCommand(arguments))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      // no ip: then there is nothing to remove
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
