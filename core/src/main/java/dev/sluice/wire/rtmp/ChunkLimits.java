package dev.sluice.wire.rtmp;

import static dev.sluice.wire.Checks.checkRange;

/**
 * What a peer may make a {@link ChunkReader} keep.
 *
 * @param chunkStreams chunk streams of one connection; encoders use fewer than ten
 * @param mediaBytes body of one audio, video, data or aggregate message, up to 16777215
 * @param commandBytes body of one message of any other type
 * @param reassemblyBytes buffers of all messages that are not complete yet, together
 */
public record ChunkLimits(int chunkStreams, int mediaBytes, int commandBytes, int reassemblyBytes) {
  public ChunkLimits {
    checkRange("chunkStreams", chunkStreams, 1, ChunkBasicHeader.MAX_ID);
    checkRange("mediaBytes", mediaBytes, 1, ChunkMessageHeader.MAX_BODY_BYTES);
    checkRange("commandBytes", commandBytes, 1, ChunkMessageHeader.MAX_BODY_BYTES);
    checkRange("reassemblyBytes", reassemblyBytes, 1, Integer.MAX_VALUE);
  }
}
