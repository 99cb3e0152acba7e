package dev.sluice.testkit;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Receives binary messages of a WebSocket (RFC 6455), one frame each. Java's own client, when much
 * comes together with the answer to its upgrade and then the end, now and then reads no further.
 */
public final class PlainWebSocket implements Closeable {
  private static final int FINAL_BINARY = 0x82;
  private static final int FINAL_CLOSE = 0x88;
  private static final int MAX_PAYLOAD = 64 << 20;

  private final Socket socket;
  private final DataInputStream in;

  private PlainWebSocket(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
  }

  /**
   * Connects to a {@code ws} address; returns when the server has answered.
   *
   * @throws IOException when that is anything but an upgrade; the message is the first line
   */
  public static PlainWebSocket open(URI address) throws IOException {
    PlainWebSocket opened = new PlainWebSocket(new Socket(address.getHost(), address.getPort()));
    try {
      opened.upgrade(address);
      return opened;
    } catch (IOException | RuntimeException refused) {
      opened.close();
      throw refused;
    }
  }

  private void upgrade(URI address) throws IOException {
    String request =
        "GET "
            + address.getRawPath()
            + (address.getRawQuery() == null ? "" : "?" + address.getRawQuery())
            + " HTTP/1.1\r\nHost: "
            + address.getAuthority()
            + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    String first = line();
    if (!first.startsWith("HTTP/1.1 101 ")) {
      throw new IOException(first);
    }
    boolean accepted = false;
    for (String line = line(); !line.isEmpty(); line = line()) {
      // what RFC 6455, section 1.3 works out for this key
      accepted |= line.equalsIgnoreCase("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }
    if (!accepted) {
      throw new IOException("Sec-WebSocket-Accept is wrong or missing");
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.readUnsignedByte(); next != '\n'; next = in.readUnsignedByte()) {
      line.append((char) next);
    }
    return line.toString().strip();
  }

  /**
   * Writes all messages to {@code out} until the server closes as it should.
   *
   * @return the code with which it closes, and its reason
   * @throws EOFException when it just hangs up
   */
  public String transferTo(OutputStream out) throws IOException {
    while (true) {
      int first = in.readUnsignedByte();
      int size = in.readUnsignedByte(); // a server's frames have no mask
      long length =
          switch (size) {
            case 126 -> in.readUnsignedShort();
            case 127 -> in.readLong();
            default -> size;
          };
      if (length > MAX_PAYLOAD || (size & 0x80) != 0) {
        throw new IOException("a frame of " + length + " bytes, or masked");
      }
      byte[] payload = in.readNBytes((int) length);
      if (payload.length < length) {
        throw new EOFException("in a frame of " + length + " bytes");
      }
      if (first == FINAL_CLOSE) {
        return closing(ByteBuffer.wrap(payload));
      }
      if (first != FINAL_BINARY) {
        throw new IOException("a frame that begins with " + first);
      }
      out.write(payload);
    }
  }

  private static String closing(ByteBuffer said) {
    return said.remaining() < Short.BYTES
        ? ""
        : Short.toUnsignedInt(said.getShort()) + " " + StandardCharsets.UTF_8.decode(said);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
