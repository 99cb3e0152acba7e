package dev.sluice.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.access.Revocation;
import dev.sluice.access.Revocation.Kind;
import dev.sluice.access.Revocation.Subject;
import dev.sluice.access.Revocations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Revocations on the disk. */
class RevocationFileTest {
  private static final Revocations SOME =
      new Revocations(3, List.of(new Revocation("r", new Subject(Kind.USER, "alice"), 1, 2)));

  @TempDir Path folder;

  private static Revocations kept(Path folder) throws IOException {
    try (RevocationFile file = RevocationFile.open(folder)) {
      return file.kept();
    }
  }

  private static void keep(Path folder, Revocations revocations) throws IOException {
    try (RevocationFile file = RevocationFile.open(folder)) {
      file.keep(revocations);
    }
  }

  private String mode() throws IOException {
    return PosixFilePermissions.toString(
        Files.getPosixFilePermissions(folder.resolve("revocations")));
  }

  @Test
  void isMadeWithTheFirstOneAndReadAgain() throws IOException {
    assertThat(kept(folder)).isEqualTo(Revocations.NONE);
    assertThat(folder).isEmptyDirectory();
    keep(folder, SOME);
    assertThat(kept(folder)).isEqualTo(SOME);
    var none = new Revocations(4, List.of());
    keep(folder, none);
    assertThat(kept(folder)).as("numbers go on").isEqualTo(none);
    assertThat(folder.toFile().list()).containsExactly("revocations");
  }

  @Test
  void onlyItsOwnerMayReadIt() throws IOException {
    Files.createFile(folder.resolve("revocations.next")); // of a crash, and readable by all
    keep(folder, SOME);
    assertThat(mode()).isEqualTo("rw-------");
    Files.setPosixFilePermissions(
        folder.resolve("revocations"), PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(kept(folder)).isEqualTo(SOME);
    assertThat(mode()).isEqualTo("rw-------");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sluice-revocations 1\nlast 3\n", "sluice-revocations 2\n"})
  void whatCannotBeReadIsNotForgotten(String text) throws IOException {
    Path file = folder.resolve("revocations");
    Files.writeString(file, text);
    assertThatThrownBy(() -> RevocationFile.open(folder))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining("put a good copy there, or move it away");
    assertThat(file).as("as it was").hasContent(text);
  }

  @Test
  void whatIsNoFileIsSaidToo() throws IOException {
    Path file = Files.createDirectory(folder.resolve("revocations"));
    assertThatThrownBy(() -> RevocationFile.open(folder)).hasMessageStartingWith(file + ": ");
  }

  @Test
  void whatCannotBeWrittenIsSaidAndLeavesWhatWasThere() throws IOException {
    keep(folder, SOME);
    Path next = Files.createDirectories(folder.resolve("revocations.next").resolve("in the way"));
    assertThatThrownBy(() -> keep(folder, Revocations.NONE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(folder.resolve("revocations") + " cannot be written");
    assertThat(kept(folder)).isEqualTo(SOME);
    Files.delete(next);
    keep(folder, Revocations.NONE);
    assertThat(kept(folder)).isEqualTo(Revocations.NONE);
  }

  @Test
  void nothingIsWrittenOnceTheFolderMayBeAnothers() throws IOException {
    RevocationFile file = RevocationFile.open(folder);
    file.close();
    assertThatThrownBy(() -> file.keep(SOME)).hasMessageContaining("the server stops");
    assertThat(folder).isEmptyDirectory();
  }
}
