package dev.sluice.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.event.Spill.Line;
import dev.sluice.media.StreamName;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a webhook's engine wants is carried out; threads, file and receiver are the test's. */
class WebhookTest {
  private static final URI RECEIVER = URI.create("http://a/hook");
  private static final EventFilter PLAYS = new EventFilter(Set.of(EventKind.PLAY), List.of());

  private final Queue<Runnable> threads = new ArrayDeque<>();
  private final List<String> said = new ArrayList<>();
  private final List<Long> lost = new ArrayList<>();
  private final ByteArrayOutputStream file = new ByteArrayOutputStream();
  private boolean diskFails;
  private boolean takes = true;
  private int writes;
  private long nowMs;

  private final Webhook.Outside outside =
      new Webhook.Outside() {
        @Override
        public byte[] open() {
          return file.toByteArray();
        }

        @Override
        public void truncate(int bytes) {
          byte[] all = file.toByteArray();
          file.reset();
          file.write(all, 0, bytes);
        }

        @Override
        public void append(byte[] bytes) throws IOException {
          writes++;
          if (diskFails) {
            throw new IOException("no room");
          }
          file.writeBytes(bytes);
        }

        @Override
        public void replace(byte[] bytes) throws IOException {
          if (diskFails) {
            throw new IOException("no room");
          }
          file.reset();
          file.writeBytes(bytes);
        }

        @Override
        public boolean post(String body) {
          said.add(body.replaceAll("[^0-9,]", ""));
          return takes;
        }

        @Override
        public void down(boolean down) {
          said.add("down " + down);
        }

        @Override
        public void fileFailed(@Nullable IOException fault) {
          said.add("file " + (fault == null ? "well" : fault.getMessage()));
        }
      };

  private Webhook webhook() throws IOException {
    return new Webhook(
        RECEIVER,
        PLAYS,
        1 << 20,
        outside,
        new SplittableRandom(1),
        () -> nowMs,
        threads::add,
        lost::add);
  }

  private static Event event(EventKind kind, long number) {
    return new Event(new EventId(1, number), 0, kind, StreamName.parse("a"), null, Map.of());
  }

  private void run() {
    for (Runnable task; (task = threads.poll()) != null; ) {
      task.run();
    }
  }

  /** What the file says is left. */
  private int left() {
    return Spill.read(Unpooled.wrappedBuffer(file.toByteArray())).left().size();
  }

  @Test
  void onlyWhatIsWantedIsWrittenInOneGoAndThenPosted() throws IOException {
    Webhook webhook = webhook();
    for (int i = 1; i <= 5; i++) {
      webhook.happened(event(EventKind.PLAY, i), null);
      webhook.happened(event(EventKind.STOP, i), null);
    }
    threads.remove().run(); // what carries out, and not the post
    assertThat(writes).isEqualTo(1);
    assertThat(left()).isEqualTo(5);
    assertThat(said).isEmpty();
    run();
    assertThat(said).hasSize(2); // the first of them, and the others
    assertThat(left()).isZero();
    assertThat(webhook.counts()).isEqualTo(new Webhook.Counts(5, 0, 0, 0, 0));
  }

  @Test
  void whatHasNoRoomIsDroppedAndTold() throws IOException {
    Webhook webhook = webhook();
    for (int i = 1; i <= Webhook.MAX_QUEUED + 3; i++) {
      webhook.happened(event(EventKind.PLAY, i), null);
    }
    run();
    assertThat(webhook.counts().sent() + webhook.counts().dropped())
        .isEqualTo(Webhook.MAX_QUEUED + 3);
    assertThat(lost.stream().mapToLong(Long::longValue).sum())
        .isEqualTo(webhook.counts().dropped())
        .isGreaterThanOrEqualTo(3);
    assertThat(Webhook.lostFigures(RECEIVER, 3))
        .isEqualTo(Map.of("where", "webhook", "receiver", "a", "count", 3L));
  }

  @Test
  void aDiskThatFailsHoldsNothingUp() throws IOException {
    Webhook webhook = webhook();
    diskFails = true;
    takes = false;
    webhook.happened(event(EventKind.PLAY, 1), null);
    run();
    webhook.happened(event(EventKind.PLAY, 2), null);
    run();
    assertThat(said).filteredOn(text -> text.startsWith("file")).containsExactly("file no room");
    assertThat(said).as("and it is posted").hasSize(2);
    diskFails = false;
    nowMs = WebhookSender.FILE_RETRY_MS;
    webhook.tick();
    run();
    assertThat(said).contains("file well");
    assertThat(left()).isEqualTo(2);
  }

  @Test
  void goesOnWithItsFileAndCutsOffWhatIsDamaged() throws IOException {
    ByteBuf lines = Unpooled.buffer();
    Spill.write(new Line.Added("7"), lines);
    int good = lines.readableBytes();
    lines.writeInt(1);
    file.writeBytes(Arrays.copyOf(lines.array(), lines.readableBytes()));
    Webhook webhook = webhook();
    assertThat(file.size()).isEqualTo(good);
    assertThat(webhook.counts().left()).isEqualTo(1);
    webhook.tick();
    run();
    assertThat(said).containsExactly("7");
    assertThat(left()).isZero();
  }

  @Test
  void whatIsLeftAtTheEndIsInTheFile() throws IOException, InterruptedException {
    Webhook webhook = webhook();
    takes = false;
    webhook.happened(event(EventKind.PLAY, 1), null);
    run();
    webhook.happened(event(EventKind.PLAY, 2), null);
    webhook.close(0); // the test's thread carries it out behind it
    run();
    webhook.happened(event(EventKind.PLAY, 3), null);
    run();
    assertThat(left()).as("all that came before the end").isEqualTo(2);
    assertThat(said).hasSize(1);
  }

  @Test
  void aFileThatCannotBeOpenedIsToldAtTheStart() {
    var broken =
        new Webhook.Outside() {
          @Override
          public byte[] open() throws IOException {
            throw new IOException("no folder");
          }

          @Override
          public void truncate(int bytes) {}

          @Override
          public void append(byte[] bytes) {}

          @Override
          public void replace(byte[] bytes) {}

          @Override
          public boolean post(String body) {
            return true;
          }

          @Override
          public void down(boolean down) {}

          @Override
          public void fileFailed(@Nullable IOException fault) {}
        };
    assertThatThrownBy(() ->
            new Webhook(
                RECEIVER,
                PLAYS,
                1,
                broken,
                new SplittableRandom(1),
                () -> 0,
                threads::add,
                lost::add))
        .isInstanceOf(IOException.class)
        .hasMessage("no folder");
  }
}
