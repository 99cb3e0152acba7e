package dev.sluice.session.rtmp;

/** What an RTMP client wants from its owner. */
public sealed interface ClientOutput extends RtmpOutput
    permits Send,
        Closed,
        MediaReceived,
        ClientOutput.Ready,
        ClientOutput.Redirected,
        ClientOutput.StatusReceived {
  /** The peer takes media from now on, or sends it. */
  record Ready() implements ClientOutput {}

  /**
   * The peer sends this client elsewhere. Close the connection and make another one.
   *
   * @param url with app and stream
   */
  record Redirected(String url) implements ClientOutput {}

  /** A status that changes nothing here, such as that a publisher came or went. */
  record StatusReceived(String level, String code, String description) implements ClientOutput {}
}
