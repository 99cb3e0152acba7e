package dev.sluice.hub;

/**
 * Why something was refused or has ended: a closed set. Endpoints translate a reason into their
 * protocol with the codes given here; nobody invents texts of their own.
 */
public enum Reason {
  NAME_INVALID("name-invalid", "the stream name is not valid", 400, Rtmp.BAD_NAME),
  NAME_RESERVED("name-reserved", "the stream name is reserved by the server", 400, Rtmp.BAD_NAME),
  TOKEN_MISSING("token-missing", "a token is needed here", 401, Rtmp.DENIED),
  TOKEN_WRONG("token-wrong", "the token is not the right one", 403, Rtmp.DENIED),
  TOKEN_EXPIRED("token-expired", "the token has expired", 403, Rtmp.DENIED),
  LINK_MISSING("link-missing", "a signed address is needed here", 403, Rtmp.DENIED),
  LINK_WRONG("link-wrong", "the address is not signed for this", 403, Rtmp.DENIED),
  LINK_EXPIRED("link-expired", "the address has expired", 403, Rtmp.DENIED),
  LOGIN_MISSING("login-missing", "user and password are needed here", 401, Rtmp.DENIED),
  LOGIN_WRONG("login-wrong", "user and password are not right", 401, Rtmp.DENIED),
  ADDRESS_DENIED("address-denied", "this address may not do that here", 403, Rtmp.DENIED),
  PROTOCOL_DENIED("protocol-denied", "the stream is not to be had this way", 403, Rtmp.DENIED),
  PAGE_DENIED("page-denied", "the stream may not be shown on that page", 403, Rtmp.DENIED),
  BACKEND_DENIED("backend-denied", "it is not allowed", 403, Rtmp.DENIED),
  MOVED("moved", "the stream is to be had elsewhere", 302, Rtmp.REJECTED),
  SESSION_LIMIT("session-limit", "this user has as many sessions as are allowed", 403, Rtmp.DENIED),
  REVOKED("revoked", "what would let you in was taken back", 403, Rtmp.DENIED),
  NOBODY("nobody", "nobody may do that here", 403, Rtmp.DENIED),
  ACCESS_UNKNOWN(
      "access-unknown",
      "whether that is allowed cannot be found out at the moment",
      503,
      Rtmp.REJECTED),
  STREAM_BUSY("stream-busy", "somebody else is publishing this stream", 409, Rtmp.BAD_NAME),
  NOT_PUBLISHED(
      "not-published",
      "this stream takes publishers only with one of its own keys",
      403,
      Rtmp.DENIED),
  NOT_FOUND("not-found", "nobody is publishing this stream", 404, Rtmp.NOT_FOUND),
  CONNECTION_LIMIT("connection-limit", "the server has too many connections", 503, Rtmp.REJECTED),
  ADDRESS_LIMIT(
      "address-limit", "there are too many connections from this address", 429, Rtmp.REJECTED),
  STREAM_LIMIT("stream-limit", "the server has too many streams", 503, Rtmp.REJECTED),
  VIEWER_LIMIT("viewer-limit", "the stream has too many viewers", 503, Rtmp.REJECTED),
  BITRATE_LIMIT("bitrate-limit", "the stream's bit rate is above the limit", 413, Rtmp.REJECTED),
  MEMORY_LIMIT("memory-limit", "the server is short of media memory", 503, Rtmp.REJECTED),
  TOO_SLOW("too-slow", "the viewer did not take the stream for too long", 408, Rtmp.FAILED),
  SILENT("silent", "nothing was heard from the peer for too long", 408, Rtmp.FAILED),
  TAKEN_OVER("taken-over", "another publisher took this stream over", 409, Rtmp.BAD_NAME),
  NOT_NEEDED("not-needed", "this source is not needed any more", 410, Rtmp.COMPLETE),
  KICKED("kicked", "an operator ended this connection", 403, Rtmp.REJECTED),
  STREAM_ENDED("stream-ended", "the stream has ended", 404, Rtmp.COMPLETE),
  PEER_LEFT("peer-left", "the peer closed the connection", 400, Rtmp.COMPLETE),
  MALFORMED("malformed", "the peer sent bytes that are not valid", 400, Rtmp.FAILED),
  CODEC("codec", "the stream has a codec that this form does not carry", 406, Rtmp.NO_TRACK),
  UNSUPPORTED("unsupported", "this is not supported", 415, Rtmp.FAILED),
  SHUTTING_DOWN("shutting-down", "the server is shutting down", 503, Rtmp.REJECTED),
  FAILED("failed", "the server failed; the log names the fault", 500, Rtmp.FAILED);

  /** RTMP status codes that more than one reason shares. */
  private static final class Rtmp {
    static final String BAD_NAME = "NetStream.Publish.BadName";
    static final String DENIED = "NetStream.Publish.Denied";
    static final String NOT_FOUND = "NetStream.Play.StreamNotFound";
    static final String REJECTED = "NetConnection.Connect.Rejected";
    static final String FAILED = "NetStream.Failed";
    static final String NO_TRACK = "NetStream.Play.NoSupportedTrackFound";
    static final String COMPLETE = "NetStream.Play.Stop";
  }

  private final String label;
  private final String text;
  private final int httpStatus;
  private final String rtmpCode;

  Reason(String label, String text, int httpStatus, String rtmpCode) {
    this.label = label;
    this.text = text;
    this.httpStatus = httpStatus;
    this.rtmpCode = rtmpCode;
  }

  /** Short form for log, API and metrics: lower case and hyphens. */
  public String label() {
    return label;
  }

  /** A sentence's worth for people, without a full stop. */
  public String text() {
    return text;
  }

  /** HTTP status code of a refusal for this reason. */
  public int httpStatus() {
    return httpStatus;
  }

  /** RTMP status code of a refusal for this reason. */
  public String rtmpCode() {
    return rtmpCode;
  }
}
