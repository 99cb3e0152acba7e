package dev.sluice.mux.mpegts;

import dev.sluice.media.SourceClock;
import dev.sluice.media.Timescale;
import dev.sluice.mux.SourceOutput;
import dev.sluice.wire.mpegts.PacketHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Turns a transport stream that comes in pieces into units: of H.264, H.265, MPEG-1 and MPEG-2
 * video, AV1, AAC in ADTS and LATM, MPEG audio, AC-3, E-AC-3, Opus, KLV, ID3, SCTE 35, teletext and
 * DVB subtitles; other streams are named in the {@link TsProgram}. What comes out does not depend
 * on how the pieces are cut.
 *
 * <ol>
 *   <li>{@link #feed} as bytes come;
 *   <li>{@link #end} when no more will;
 *   <li>{@link #close} in any case.
 * </ol>
 *
 * <p>Times are in {@link #CLOCK}. Video that comes without stated length is handed on when the next
 * picture begins. Nothing in the stream makes a call throw.
 */
public final class TsDemuxer implements AutoCloseable {
  /** 90 kHz, 33 bits. */
  public static final SourceClock CLOCK = new SourceClock(Timescale.VIDEO, 33);

  private final TsContext context;
  private final TsFraming framing;
  private final TsPids pids;
  private final TsPrograms programs;

  /** A demuxer that has seen nothing yet, of the first program. */
  public TsDemuxer(SourceOutput output, ByteBufAllocator allocator) {
    this(output, TsListener.NONE, TsSettings.DEFAULT, allocator);
  }

  /**
   * A demuxer that has seen nothing yet.
   *
   * @param allocator of the buffers that packets are gathered in, which payloads are slices of
   */
  public TsDemuxer(
      SourceOutput output, TsListener listener, TsSettings settings, ByteBufAllocator allocator) {
    this.context = new TsContext(output, new Ear(listener), settings, allocator);
    this.framing = new TsFraming(context.faults(), this::packet);
    this.pids = new TsPids(context);
    this.programs = new TsPrograms(pids);
  }

  /**
   * Takes the next bytes, all of them.
   *
   * @param bytes borrowed, its indexes stay as they are; copied
   */
  public void feed(ByteBuf bytes) {
    framing.feed(bytes);
  }

  /** Nothing more will come: hands on what is whole. */
  public void end() {
    framing.end();
    pids.forEach(PidReader::end);
  }

  /**
   * What is fed next lies elsewhere in the same stream: forgets what is unfinished, and counts no
   * packet as missing. Programs and tracks stay.
   *
   * @param position where it lies, in bytes
   */
  public void restart(long position) {
    framing.restart(position);
    programs.restart();
    pids.forEach(PidReader::restart);
  }

  /** Gives up what is unfinished. */
  @Override
  public void close() {
    pids.forEach(PidReader::close);
  }

  /** How often {@code fault} was found. */
  public long count(TsFault fault) {
    return context.faults().count(fault);
  }

  /** The programs that are read and whose PMT has come. */
  public List<TsProgram> programs() {
    return programs.reports();
  }

  /** Bytes of PES packets that are not whole yet. */
  public int gatheredBytes() {
    return context.gatheredBytes();
  }

  private void packet(ByteBuf in, ByteBuffer bytes, int at, long position) {
    int word = bytes.getInt(at);
    if (PacketHeader.errorIndicated(word)) {
      context.faults().add(TsFault.ERROR_INDICATED, 1);
      return;
    }
    PidReader reader = pids.reader(PacketHeader.pid(word));
    if (reader != null) {
      reader.packet(in, bytes, at, word, position);
    }
  }

  /** Hears the clock first: what has no time stamp of its own goes by it. */
  private final class Ear implements TsListener {
    private final TsListener listener;

    Ear(TsListener listener) {
      this.listener = listener;
    }

    @Override
    public void program(TsProgram program) {
      listener.program(program);
    }

    @Override
    public void programGone(int number) {
      listener.programGone(number);
    }

    @Override
    public void pcr(int pid, long pcr, long position, boolean discontinuity) {
      programs.clock(pid, pcr);
      listener.pcr(pid, pcr, position, discontinuity);
    }
  }
}
