package dev.sluice.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.media.StreamName;
import dev.sluice.mux.packager.Cut;
import dev.sluice.mux.packager.Ledger;
import dev.sluice.mux.packager.LedgerRecord;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerFilesTest {
  private static final StreamName NAME = StreamName.parse("tv.example!live/cam_1");

  @TempDir Path folder;

  private static LedgerRecord begun(int number) {
    long start = 162_000_000_000_000L + 180_000L * number;
    return new LedgerRecord.Begun(
        new Cut(number, start, start, Cut.Opening.RANDOM_ACCESS, false, 0));
  }

  private static ByteBuf bytes(LedgerRecord... lines) {
    ByteBuf out = Unpooled.buffer();
    for (LedgerRecord line : lines) {
      line.write(out);
    }
    return out;
  }

  private static void append(LedgerFiles files, LedgerRecord... lines) {
    files.append(NAME, bytes(lines), () -> {});
  }

  private static List<LedgerRecord> kept(LedgerFiles files) {
    return files.open(NAME).snapshot();
  }

  @Test
  void whatWasAppendedIsThereAfterARestart() throws IOException {
    AtomicInteger written = new AtomicInteger();
    try (LedgerFiles files = LedgerFiles.open(folder)) {
      assertThat(kept(files)).isEmpty();
      files.append(NAME, bytes(new LedgerRecord.Target(2)), written::incrementAndGet);
      files.append(NAME, bytes(begun(1), begun(2)), written::incrementAndGet);
      await().atMost(10, TimeUnit.SECONDS).until(() -> written.get() == 2);
    }
    try (LedgerFiles files = LedgerFiles.open(folder)) {
      assertThat(kept(files)).containsExactly(new LedgerRecord.Target(2), begun(2));
    }
  }

  @Test
  void aLedgerThatWasWrittenAnewIsAppendedTo() throws IOException {
    try (LedgerFiles files = LedgerFiles.open(folder)) {
      for (int number = 1; number < 50; number++) {
        append(files, begun(number));
      }
      files.replace(NAME, bytes(new LedgerRecord.Target(2), begun(49)));
      append(files, begun(50));
    }
    assertThat(Files.size(folder.resolve("tv.example@live+cam_1.ledger"))).isLessThan(100);
    try (LedgerFiles files = LedgerFiles.open(folder)) {
      assertThat(kept(files)).containsExactly(new LedgerRecord.Target(2), begun(50));
    }
  }

  @Test
  void aLineThatWasTornIsLeftOut() throws IOException {
    try (LedgerFiles files = LedgerFiles.open(folder)) {
      append(files, begun(1), begun(2));
    }
    Path file = folder.resolve("tv.example@live+cam_1.ledger");
    byte[] all = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(all, all.length - 3));
    try (LedgerFiles files = LedgerFiles.open(folder)) {
      assertThat(kept(files)).containsExactly(begun(1));
      append(files, begun(3));
    }
    try (LedgerFiles files = LedgerFiles.open(folder)) {
      assertThat(kept(files)).containsExactly(begun(3));
    }
  }

  @Test
  void whatCannotBeReadIsPutAside() throws IOException {
    Files.write(folder.resolve("live+a.ledger"), new byte[] {9, 9, 9, 9, 9, 9, 9, 9});
    Files.write(folder.resolve("live+b.ledger"), new byte[0]);
    Files.write(folder.resolve("not a name.ledger"), new byte[0]);
    try (LedgerFiles files = LedgerFiles.open(folder)) {
      assertThat(files.open(StreamName.parse("live/a")).snapshot()).isEmpty();
      assertThat(names()).contains("live+b.ledger", "not a name.ledger.unreadable");
    }
  }

  @Test
  void theOldestGoWhenThereAreTooMany() throws IOException {
    for (int i = 0; i < LedgerFiles.MAX_FILES + 2; i++) {
      Path file = Files.createFile(folder.resolve("live+" + i + ".ledger"));
      if (i == 7 || i == 9) {
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));
      }
    }
    LedgerFiles.open(folder).close();
    assertThat(names())
        .hasSize(LedgerFiles.MAX_FILES)
        .doesNotContain("live+7.ledger", "live+9.ledger");
  }

  private List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    try (var all = Files.list(folder)) {
      all.forEach(file -> names.add(file.getFileName().toString()));
    }
    return names;
  }

  @Test
  void aLedgerIsTheSameAsLongAsTheProcessRuns() throws IOException {
    try (LedgerFiles files = LedgerFiles.open(folder)) {
      Ledger one = files.open(NAME);
      assertThat(files.open(NAME)).isSameAs(one);
    }
  }
}
