package dev.sluice.hub;

import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a connection, as access, log and API need it.
 *
 * @param connectionId unique in this process, stands in log and API
 * @param protocol label of the protocol: {@code rtmp}, {@code rtmps}, {@code flv}, {@code ws-flv},
 *     {@code aac}, {@code mp3}, {@code ts}, {@code hls}, {@code dash}, {@link #SEGMENTS}, {@link
 *     #OF_NODE}
 * @param address remote IP address, without port; IPv6 without brackets
 * @param port remote port
 * @param token what the peer gave as token; secret, never logged
 * @param software what the peer says it is (flashVer, User-Agent); empty when it says nothing
 * @param told what else it says
 */
public record Client(
    String connectionId,
    String protocol,
    String address,
    int port,
    @Nullable String token,
    String software,
    Told told) {

  /** A client that says nothing else. */
  public Client(
      String connectionId,
      String protocol,
      String address,
      int port,
      @Nullable String token,
      String software) {
    this(connectionId, protocol, address, port, token, software, Told.NOTHING);
  }

  /** The protocol of whoever fetches a segment by itself: HLS and DASH have the same. */
  public static final String SEGMENTS = "segments";

  /** The protocol of another node, which has proved that it has the cluster's key. */
  public static final String OF_NODE = "link";

  /** Address and port for people; never the token. */
  @Override
  public String toString() {
    return protocol
        + " "
        + connectionId
        + " "
        + (address.contains(":") ? "[" + address + "]" : address)
        + ":"
        + port;
  }
}
