package dev.sluice.wire.rtmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.UnsupportedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a {@link ChunkReader} takes from the memory that connections share, and gives back. */
class SharedMemoryTest {
  private static final int OWN = SharedMemory.OWN_BYTES;
  private static final int CHUNK = 65_536;
  private static final ChunkLimits LIMITS = new ChunkLimits(16, 4 << 20, 4_096, 8 << 20);

  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
  private final Account account = new Account();
  private final ChunkReader reader = new ChunkReader(LIMITS, account, allocator);

  /** Memory of 1 MB. */
  private static final class Account implements SharedMemory {
    long taken;

    @Override
    public boolean take(long bytes) {
      if (taken + bytes > 1 << 20) {
        return false;
      }
      taken += bytes;
      return true;
    }

    @Override
    public void giveBack(long bytes) {
      taken -= bytes;
    }
  }

  @AfterEach
  void allIsGivenBack() {
    reader.release();
    assertThat(account.taken).isZero();
    assertThat(allocator.metric().usedDirectMemory()).isZero();
  }

  @Test
  void takesNothingForWhatEverybodyMayHave() {
    chunkSize();
    begin(4, OWN);
    fill(4, OWN - 1);
    assertThat(reader.reassemblyBytes()).isEqualTo(OWN);
    assertThat(account.taken).isZero();
  }

  @Test
  void takesWhatIsMoreAndGivesItBackWithTheMessage() {
    chunkSize();
    begin(4, 1 << 20);
    fill(4, (1 << 20) - 1);
    assertThat(account.taken).isEqualTo((1 << 20) - OWN);
    ByteBuf last = Unpooled.buffer().writeByte(0);
    RawMessage message = reader.read(last);
    assertThat(message).isNotNull();
    message.body().release();
    assertThat(account.taken).isZero();
  }

  @Test
  void givesBackWhatIsAborted() {
    chunkSize();
    begin(4, 1 << 20);
    fill(4, 15 * CHUNK);
    begin(5, 1 << 20);
    assertThat(account.taken).isGreaterThan(OWN);
    ByteBuf abort = Unpooled.buffer();
    ChunkWriter.write(abort, 2, 0, MessageType.ABORT, 0, CHUNK, Unpooled.buffer().writeInt(4));
    message(abort);
    assertThat(account.taken).isZero();
    assertThat(reader.reassemblyBytes()).isPositive();
  }

  @Test
  void refusesWhatNobodyHas() {
    chunkSize();
    begin(4, 1 << 20);
    fill(4, 15 * CHUNK);
    begin(5, 1 << 20);
    assertThatThrownBy(() -> fill(5, 15 * CHUNK))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("all connections together have too many");
  }

  private void chunkSize() {
    ByteBuf out = Unpooled.buffer();
    ChunkWriter.write(
        out, 2, 0, MessageType.SET_CHUNK_SIZE, 0, 128, Unpooled.buffer().writeInt(CHUNK));
    message(out);
  }

  private void message(ByteBuf bytes) {
    RawMessage message = reader.read(bytes);
    assertThat(message).isNotNull();
    message.body().release();
  }

  /** The first chunk of a video message. */
  private void begin(int id, int bodyBytes) {
    ByteBuf out = Unpooled.buffer().writeByte(id).writeMedium(0).writeMedium(bodyBytes);
    out.writeByte(MessageType.VIDEO).writeIntLE(1).writeZero(CHUNK);
    assertThat(reader.read(out)).isNull();
  }

  /** Chunks of format 3, until {@code bytes} of the message have come. */
  private void fill(int id, int bytes) {
    for (int left = bytes - CHUNK; left > 0; left -= CHUNK) {
      ByteBuf out = Unpooled.buffer().writeByte(0xC0 | id).writeZero(Math.min(CHUNK, left));
      assertThat(reader.read(out)).isNull();
    }
  }
}
