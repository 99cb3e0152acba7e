package dev.sluice.bench.wire;

/**
 * What {@code connect} and {@code play} need of {@code rtmp://host:port/app/stream}.
 *
 * @param app everything between host and stream
 * @param stream last element of the path, with its parameters
 * @param tcUrl the address without the stream
 */
public record RtmpUrl(String app, String stream, String tcUrl) {
  /**
   * Splits {@code path} (without its leading slash) at its last slash.
   *
   * @throws IllegalArgumentException when there is no app or no stream
   */
  public static RtmpUrl of(String scheme, String host, int port, String path) {
    int query = path.indexOf('?');
    int slash = path.lastIndexOf('/', query < 0 ? path.length() : query);
    if (slash < 1 || slash == path.length() - 1) {
      throw new IllegalArgumentException("path is \"%s\", expected app/stream".formatted(path));
    }
    String app = path.substring(0, slash);
    return new RtmpUrl(
        app, path.substring(slash + 1), "%s://%s:%d/%s".formatted(scheme, host, port, app));
  }
}
