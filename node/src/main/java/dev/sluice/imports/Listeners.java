package dev.sluice.imports;

import dev.sluice.node.config.ListenAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the new server listens: ports of all sections, each address once. */
final class Listeners {
  /** Most addresses of a section. */
  static final int MAX = 64;

  /** The section of SRS's API, which is at the HTTP port besides. */
  static final String SRS_API = "faces.srs";

  private static final int HTTP_PORT = 8080;
  private static final int RTMP_PORT = 1935;
  private static final int LAST_PORT = 65_535;

  /** Sections that always listen, with the port that they have by themselves. */
  private static final Map<String, Integer> ALWAYS = Map.of("http", HTTP_PORT, "rtmp", RTMP_PORT);

  private final Map<String, List<ListenAddress>> sections = new LinkedHashMap<>();
  private final Map<String, String> comments = new LinkedHashMap<>();

  /**
   * Reads {@code [address:]port}; {@code *}, {@code 0.0.0.0} and {@code [::]} are all addresses.
   */
  static @Nullable ListenAddress parse(String text) {
    String full = text.contains(":") ? text : ":" + text;
    int colon = full.lastIndexOf(':');
    String host = full.substring(0, colon);
    boolean all = host.equals("*") || host.equals("0.0.0.0") || host.equals("[::]");
    ListenAddress address = ListenAddress.parse(all ? full.substring(colon) : full);
    return address == null || address.port() == 0 ? null : address;
  }

  /**
   * Adds an address.
   *
   * @return false when the section has as many as it may have
   */
  boolean add(String section, ListenAddress address, String comment) {
    List<ListenAddress> list = sections.computeIfAbsent(section, _ -> new ArrayList<>());
    comments.merge(section, comment, (one, other) -> one.equals(other) ? one : one + "; " + other);
    if (list.stream().anyMatch(other -> collide(other, address))) {
      if (address.host().isEmpty()) { // it takes in the others of its port
        list.removeIf(other -> other.port() == address.port());
        list.add(address);
      }
      return true;
    }
    return list.size() < MAX && list.add(address);
  }

  private static boolean collide(ListenAddress one, ListenAddress other) {
    return one.port() == other.port()
        && (one.host().isEmpty() || other.host().isEmpty() || one.host().equals(other.host()));
  }

  /** Writes all sections; where two want one address, the later one gives way. */
  void write(Draft draft, List<String> notes) {
    var taken = new ArrayList<ListenAddress>();
    for (String section : List.of("rtmp", "rtmp.tls", "http", "http.tls", SRS_API)) {
      List<ListenAddress> wanted = sections.getOrDefault(section, List.of());
      Integer own = ALWAYS.get(section);
      if (wanted.isEmpty() && own == null) {
        continue;
      }
      String comment = comments.getOrDefault(section, "");
      boolean silent = wanted.isEmpty();
      List<ListenAddress> list =
          new ArrayList<>(silent ? List.of(ListenAddress.any(own == null ? 0 : own)) : wanted);
      boolean collided =
          list.removeIf(address -> taken.stream().anyMatch(t -> collide(t, address)));
      if (list.isEmpty() && section.equals(SRS_API)) {
        continue;
      }
      if (list.isEmpty()) {
        int port = wanted.isEmpty() && own != null ? own : wanted.getFirst().port();
        ListenAddress free = free(taken, port);
        list.add(free);
        notes.add(
            "%s.port is %d: %d is taken by another listener".formatted(section, free.port(), port));
      } else if (collided) {
        notes.add(section + ".listen lacks what another listener has");
      }
      taken.addAll(list);
      if (!silent || collided) {
        write(draft, section, list, comment);
      }
    }
  }

  private static ListenAddress free(List<ListenAddress> taken, int from) {
    int port = from;
    while (true) {
      port = port == LAST_PORT ? 1_024 : port + 1;
      ListenAddress address = ListenAddress.any(port);
      if (taken.stream().noneMatch(other -> collide(other, address))) {
        return address;
      }
    }
  }

  private static void write(Draft draft, String section, List<ListenAddress> list, String comment) {
    if (list.size() == 1 && list.getFirst().host().isEmpty()) {
      draft.set(section + ".port", Integer.toString(list.getFirst().port()), comment);
    } else {
      draft.set(section + ".listen", list.stream().map(ListenAddress::toString).toList(), comment);
    }
  }
}
