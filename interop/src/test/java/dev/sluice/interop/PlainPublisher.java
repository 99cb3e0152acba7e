package dev.sluice.interop;

import dev.sluice.bench.wire.MediaSink;
import dev.sluice.bench.wire.RtmpClient;
import dev.sluice.bench.wire.RtmpUrl;
import dev.sluice.bench.wire.RtmpWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Publishes what no encoder sends over RTMP: tags that are put together here, at once, with the
 * load client's RTMP. A stream of less than {@code maxLead} is read as fast as it comes.
 */
final class PlainPublisher {
  private static final int CHUNK_SIZE = 4096;
  private static final int IVF_HEADER = 32;
  private static final int IVF_FRAME_HEADER = 12;

  /** VPCodecConfigurationRecord: profile 0, level unknown, 8 bits of 4:2:0, colours not said. */
  private static final byte[] VPC = {0, 0, (byte) 0x82, 2, 2, 2, 0, 0};

  private PlainPublisher() {}

  /** Tags of VP8 in Enhanced RTMP, from an IVF file, {@code laterMs} later than it says. */
  static List<PlainFlv.Tag> vp8(Path ivf, int laterMs) {
    ByteBuffer in;
    try {
      in = ByteBuffer.wrap(Files.readAllBytes(ivf)).order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int rate = in.getInt(16);
    int scale = in.getInt(20);
    List<PlainFlv.Tag> tags = new ArrayList<>();
    tags.add(new PlainFlv.Tag(MediaSink.VIDEO, 0, body(0x90, VPC))); // key frame, SequenceStart
    in.position(IVF_HEADER);
    while (in.remaining() >= IVF_FRAME_HEADER) {
      byte[] frame = new byte[in.getInt()];
      int atMs = laterMs + (int) (in.getLong() * 1_000 * scale / rate);
      in.get(frame);
      boolean key = (frame[0] & 1) == 0;
      tags.add(new PlainFlv.Tag(MediaSink.VIDEO, atMs, body(key ? 0x91 : 0xA1, frame)));
    }
    return tags;
  }

  private static byte[] body(int head, byte[] payload) {
    return ByteBuffer.allocate(5 + payload.length)
        .put((byte) head)
        .put(new byte[] {'v', 'p', '0', '8'})
        .put(payload)
        .array();
  }

  /** Publishes pictures and sound in the order of their times, and hangs up. */
  static void publish(
      ServerUnderTest server, String stream, List<PlainFlv.Tag> video, List<PlainFlv.Tag> audio) {
    List<PlainFlv.Tag> tags = new ArrayList<>(video);
    audio.stream().filter(tag -> tag.type() == MediaSink.AUDIO).forEach(tags::add);
    tags.sort(Comparator.comparingInt(PlainFlv.Tag::timestampMs));
    RtmpUrl url =
        RtmpUrl.of("rtmp", "127.0.0.1", server.rtmpPort(), stream + "?token=" + server.token());
    RtmpClient client = RtmpClient.publisher(url);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.rtmpPort())) {
      OutputStream out = socket.getOutputStream();
      out.write(client.opening());
      while (client.phase() != RtmpClient.Phase.RUNNING) {
        read(client, socket);
        if (client.phase() == RtmpClient.Phase.REFUSED) {
          throw new AssertionError("refused: " + client.refusal());
        }
      }
      out.write(RtmpWriter.setChunkSize(CHUNK_SIZE));
      for (PlainFlv.Tag tag : tags) {
        out.write(message(client, tag));
      }
      socket.shutdownOutput();
      socket.getInputStream().transferTo(OutputStream.nullOutputStream()); // all has been read
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] message(RtmpClient client, PlainFlv.Tag tag) {
    byte[] body = tag.body();
    ByteBuffer out = ByteBuffer.allocate(RtmpWriter.size(body.length, CHUNK_SIZE));
    int chunkStream = tag.type() == MediaSink.VIDEO ? 6 : 4;
    RtmpWriter.write(
        out,
        tag.type(),
        chunkStream,
        client.messageStreamId(),
        tag.timestampMs(),
        body,
        body.length,
        CHUNK_SIZE);
    return out.array();
  }

  private static void read(RtmpClient client, Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    byte[] bytes = new byte[8192];
    int count = in.read(bytes);
    if (count < 0) {
      throw new IOException("the server hung up in phase " + client.phase());
    }
    OutputStream out = socket.getOutputStream();
    client.feed(
        bytes,
        0,
        count,
        0,
        reply -> {
          try {
            out.write(reply);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        (_, _, _, _, _) -> {});
  }
}
