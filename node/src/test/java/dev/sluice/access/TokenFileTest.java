package dev.sluice.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The token and its file. */
class TokenFileTest {
  @TempDir Path folder;

  @Test
  void isMadeOnceAndReadAgain() throws IOException {
    TokenFile made = TokenFile.open(folder, new SecureRandom());
    assertThat(made.made()).isTrue();
    assertThat(made.path()).isEqualTo(folder.resolve("token")).isRegularFile();
    assertThat(made.token().reveal()).matches("[a-km-np-z2-9]{26}");
    TokenFile again = TokenFile.open(folder, new SecureRandom());
    assertThat(again.made()).isFalse();
    assertThat(again.token().matches(made.token().reveal())).isTrue();
  }

  @Test
  void onlyItsOwnerMayReadIt() throws IOException {
    Path file = TokenFile.open(folder, new SplittableRandom(1)).path();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    TokenFile.open(folder, new SplittableRandom(2));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void twoAreNeverAlike() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    var random = new SecureRandom();
    assertThat(TokenFile.open(folder, random).token().reveal())
        .isNotEqualTo(TokenFile.open(other, random).token().reveal());
  }

  @Test
  void whatAnOperatorWroteThereCounts() throws IOException {
    Files.writeString(folder.resolve("token"), "  my own secret\n");
    Token token = TokenFile.open(folder, new SplittableRandom(1)).token();
    assertThat(token.matches("my own secret")).isTrue();
    assertThat(token.matches("my own secret ")).isFalse();
    assertThat(token.matches("my own secre")).isFalse();
    assertThat(token.matches("")).isFalse();
    assertThat(token.matches(null)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "1234567", "one line here\nand another"})
  void whatIsNoTokenIsRefusedWithTheName(String content) throws IOException {
    Files.writeString(folder.resolve("token"), content);
    assertThatThrownBy(() -> TokenFile.open(folder, new SplittableRandom(1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(folder.resolve("token").toString());
  }

  @Test
  void theEdgesOfItsLengthsHold() throws IOException {
    Files.writeString(folder.resolve("token"), "12345678");
    assertThat(TokenFile.open(folder, new SplittableRandom(1)).token().reveal())
        .isEqualTo("12345678");
    Files.writeString(folder.resolve("token"), "x".repeat(1_024));
    assertThat(TokenFile.open(folder, new SplittableRandom(1)).token().reveal()).hasSize(1_024);
    Files.writeString(folder.resolve("token"), "x".repeat(1_025));
    assertThatThrownBy(() -> TokenFile.open(folder, new SplittableRandom(1)))
        .hasMessageContaining("too large");
  }

  @Test
  void theSecretStandsInNoText() {
    assertThat(new Token("a secret of mine").toString()).doesNotContain("secret");
  }
}
