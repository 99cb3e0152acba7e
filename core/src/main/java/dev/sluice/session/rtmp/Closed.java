package dev.sluice.session.rtmp;

/**
 * The last output: write what came before, then close the socket. It ends a publication or playback
 * without a further output.
 *
 * @param reason one sentence for the log
 * @param peerFault whether the peer broke the protocol, passed a limit or fell silent
 */
public record Closed(String reason, boolean peerFault) implements ServerOutput, ClientOutput {}
