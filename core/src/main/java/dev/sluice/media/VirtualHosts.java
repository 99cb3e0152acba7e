package dev.sluice.media;

/**
 * Which virtual hosts there are. A stream of one is another stream than that of the same path
 * elsewhere; all other hosts are one, the default.
 */
@FunctionalInterface
public interface VirtualHosts {
  /** There are none. */
  VirtualHosts NONE = _ -> false;

  /**
   * Whether there is a virtual host of that name.
   *
   * @param host lower case, without a port
   */
  boolean has(String host);

  /**
   * What {@code name} means at a host.
   *
   * @param name one with a vhost means what it says
   * @param host which the client asked for, lower case, without a port; empty when it named none
   * @throws dev.sluice.wire.MalformedException when the whole name is too long
   */
  default StreamName named(StreamName name, String host) {
    return name.vhost().isEmpty() && has(host) ? new StreamName(host, name.path()) : name;
  }
}
