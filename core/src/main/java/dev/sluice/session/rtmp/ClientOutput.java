package dev.sluice.session.rtmp;

/** What {@link RtmpClientSession} wants from its owner. */
public sealed interface ClientOutput extends RtmpOutput
    permits Send,
        Closed,
        MediaReceived,
        ClientOutput.Ready,
        ClientOutput.Redirected,
        ClientOutput.StatusReceived {
  /**
   * The server takes media from now on, or sends it.
   *
   * @param messageStreamId on which
   */
  record Ready(int messageStreamId) implements ClientOutput {}

  /**
   * The server sends this client elsewhere; {@link Closed} follows. Connect to {@code target}, if
   * addresses of that kind are allowed, with a new session.
   *
   * @param target with what {@code connect} needs, and one redirect more
   * @param description the server's reason
   */
  record Redirected(RtmpTarget target, String description) implements ClientOutput {}

  /**
   * A status that ends nothing, such as that a publisher came or went.
   *
   * @param code such as {@code NetStream.Play.UnpublishNotify}
   */
  record StatusReceived(String level, String code, String description) implements ClientOutput {}
}
