package dev.sluice.testkit.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Hosts, and between each two of them a {@link Link} in each direction. Carries datagrams, and
 * connections that deliver bytes in order as TCP does.
 */
public final class SimNetwork {
  private final VirtualTime time;
  private final long seed;
  private final Map<String, Host> hosts = new HashMap<>();
  private final Map<List<String>, Link> links = new HashMap<>();
  private final List<String> trace = new ArrayList<>();
  private LinkConditions conditions = LinkConditions.GOOD;

  /** An empty network; what it does to packets follows from {@code seed}. */
  public SimNetwork(VirtualTime time, long seed) {
    this.time = time;
    this.seed = seed;
  }

  /** The clock that all of it runs on. */
  public VirtualTime time() {
    return time;
  }

  /** The host of that name; made when there is none. */
  public Host host(String name) {
    return hosts.computeIfAbsent(name, Host::new);
  }

  /** The way from one host to another; the way back is another link. */
  public Link link(String from, String to) {
    return links.computeIfAbsent(
        List.of(from, to),
        ends -> new Link(time, seed, from + ">" + to, conditions, line -> trace.add(line)));
  }

  /** Sets the conditions of all links, also of those that are still to come. */
  public void setConditions(LinkConditions conditions) {
    this.conditions = conditions;
    links.values().forEach(link -> link.setConditions(conditions));
  }

  /** Cuts both directions between two hosts: what arrives meanwhile is lost, or waits (TCP). */
  public void cut(String a, String b) {
    link(a, b).cut();
    link(b, a).cut();
  }

  /** Ends a cut. */
  public void heal(String a, String b) {
    link(a, b).heal();
    link(b, a).heal();
  }

  /** Cuts the hosts named off from all others that exist now; among themselves they still speak. */
  public void partition(Set<String> island) {
    island.forEach(this::host);
    for (String inside : island) {
      for (String outside : List.copyOf(hosts.keySet())) {
        if (!island.contains(outside)) {
          cut(inside, outside);
        }
      }
    }
  }

  /** Ends all cuts. */
  public void healAll() {
    links.values().forEach(Link::heal);
  }

  /** Opens a connection between two hosts; both ends exist at once, without a handshake. */
  public SimConnection connect(String from, String to) {
    return new SimConnection(link(from, to), link(to, from));
  }

  /** What happened to each packet, one line each: time in ns, link, event, size, checksum. */
  public List<String> trace() {
    return List.copyOf(trace);
  }

  /** Somebody with a name who sends and receives datagrams. */
  public final class Host {
    private final String name;
    private BiConsumer<String, byte[]> receiver = (from, bytes) -> {};

    private Host(String name) {
      this.name = name;
    }

    /** The name others send to. */
    public String name() {
      return name;
    }

    /** Who gets datagrams: called with the sender's name and the bytes. */
    public void onDatagram(BiConsumer<String, byte[]> receiver) {
      this.receiver = receiver;
    }

    /** Sends one datagram; it arrives never, once or twice. */
    public void send(String to, byte[] bytes) {
      Host target = host(to);
      link(name, to).sendDatagram(bytes, arrived -> target.receiver.accept(name, arrived));
    }
  }
}
