package dev.sluice.mux.codec;

import dev.sluice.wire.Bytes;
import dev.sluice.wire.opus.OpusHead;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The splitters of audio for byte streams: the PES packets of MPEG-TS, and raw files. */
public final class AudioSplitters {
  /** Bytes at the beginning of a raw file within which its first frame is looked for. */
  public static final int DETECTED_BYTES = 65_536;

  /** Headers that must follow one another before a raw file is taken for something. */
  private static final int CHAIN = 4;

  private static final int ID3_HEADER = 10;

  private AudioSplitters() {}

  /**
   * AAC in ADTS. What it makes of HE-AAC is the core; decoders find the rest in the frames. Frames
   * with several raw frames and no checks between them are passed over: only a decoder finds out
   * where the second begins.
   */
  public static AudioSplitter adts(int trackId, String language) {
    return new AdtsSplitter(trackId, language);
  }

  /** AAC in LATM/LOAS, one programme with one layer. */
  public static AudioSplitter latm(int trackId, String language) {
    return new LatmSplitter(trackId, language);
  }

  /** MPEG audio of layers I to III; free format is passed over. */
  public static AudioSplitter mpegAudio(int trackId, String language) {
    return new MpegAudioSplitter(trackId, language);
  }

  /** AC-3 and Enhanced AC-3. */
  public static AudioSplitter ac3(int trackId, String language) {
    return new Ac3Splitter(trackId, language);
  }

  /**
   * Opus in MPEG-TS.
   *
   * @param descriptor opus_audio_descriptor: the bytes of the extension descriptor behind its tag
   *     0x80
   * @throws dev.sluice.wire.MalformedException when it cannot be read
   * @throws dev.sluice.wire.UnsupportedException when its channel configuration is reserved
   */
  public static AudioSplitter opus(Bytes descriptor, int trackId, String language) {
    return new OpusTsSplitter(OpusHead.ofTsDescriptor(descriptor), trackId, language);
  }

  /**
   * Finds out what a raw file is, by the first frames that follow one another; an ID3v2 tag at its
   * beginning is passed over.
   *
   * @param beginning of the file, {@link #DETECTED_BYTES} behind the tag, or all of it; its indexes
   *     stay as they are
   * @return a splitter that has seen nothing yet; null when it is none of ADTS, LATM/LOAS, MPEG
   *     audio, AC-3 and Enhanced AC-3
   */
  public static @Nullable AudioSplitter detect(ByteBuf beginning, int trackId, String language) {
    List<Supplier<FrameSplitter>> kinds =
        List.of(
            () -> new AdtsSplitter(trackId, language),
            () -> new LatmSplitter(trackId, language),
            () -> new Ac3Splitter(trackId, language),
            () -> new MpegAudioSplitter(trackId, language));
    int from = beginning.readerIndex() + id3Size(beginning);
    int end = Math.min(beginning.writerIndex(), from + DETECTED_BYTES);
    FrameSplitter found = null;
    for (Supplier<FrameSplitter> kind : kinds) {
      int at = firstChain(kind.get(), beginning, from, end);
      if (at < end) { // the next kind must begin earlier
        end = at;
        found = kind.get();
      }
    }
    return found;
  }

  /** Where frames begin that follow one another; {@code end} when nowhere. */
  private static int firstChain(FrameSplitter splitter, ByteBuf in, int from, int end) {
    int all = in.writerIndex();
    int at = from;
    while (at < end && !isChain(splitter, in, at, all)) {
      at = splitter.nextSync(in, at + 1, end);
    }
    return Math.min(at, end);
  }

  private static boolean isChain(FrameSplitter splitter, ByteBuf in, int at, int end) {
    int next = at;
    for (int i = 0; i < CHAIN; i++) {
      int size = splitter.measure(in, next, end, true);
      if (size == FrameSplitter.NO_FRAME) {
        return false;
      }
      if (size == end - next) {
        return true; // the file's last frame
      }
      if (size < 0 || size > end - next - splitter.headerSize()) {
        return i > 0;
      }
      if (!splitter.follows(in, next, next + size)) {
        return false;
      }
      next += size;
    }
    return true;
  }

  /** Bytes of an ID3v2 tag (ID3v2.4.0, section 3.1), 0 when there is none. */
  private static int id3Size(ByteBuf in) {
    int at = in.readerIndex();
    if (in.readableBytes() < ID3_HEADER || in.getUnsignedMedium(at) != 0x49_4433) {
      return 0;
    }
    int size = ID3_HEADER;
    for (int i = 6; i < ID3_HEADER; i++) { // seven bits a byte
      size += (in.getUnsignedByte(at + i) & 0x7F) << 7 * (ID3_HEADER - 1 - i);
    }
    return Math.min(size, in.readableBytes());
  }
}
