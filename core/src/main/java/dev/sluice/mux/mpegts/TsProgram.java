package dev.sluice.mux.mpegts;

import dev.sluice.media.Codec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a program consists of, and what of it is read.
 *
 * @param number its number in the PAT
 * @param mapPid where its PMT comes
 * @param pcrPid where its clock comes
 * @param streams in the order of the PMT
 */
public record TsProgram(int number, int mapPid, int pcrPid, List<Stream> streams) {

  /**
   * One elementary stream.
   *
   * @param pid where it comes
   * @param type stream_type
   * @param codec what it is; null when it is not read
   * @param trackId of the track that is made of it; −1 when it is not read
   * @param description for people: {@code H.264}, or why it is not read, {@code H.266 (type 0x33)
   *     is not read}
   */
  public record Stream(int pid, int type, @Nullable Codec codec, int trackId, String description) {}

  public TsProgram {
    streams = List.copyOf(streams);
  }
}
