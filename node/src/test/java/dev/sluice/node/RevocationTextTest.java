package dev.sluice.node;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.access.Revocation;
import dev.sluice.access.Revocation.Kind;
import dev.sluice.access.Revocation.Subject;
import dev.sluice.access.Revocations;
import dev.sluice.testkit.Seeds;
import dev.sluice.wire.MalformedException;
import dev.sluice.wire.UnsupportedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The file of revocations: read as it was written, or seen to be damaged. */
class RevocationTextTest {
  private static final String HEAD = "sluice-revocations 1\n";
  private static final String LONGEST_ID = "z".repeat(40);
  private static final long FAR_MS = 999_999_999_999_999_999L;

  private static final Revocations TWO =
      new Revocations(
          17,
          List.of(
              revocation("k3f9-rg", Kind.USER, "alice"),
              revocation("k3f9-rh", Kind.TOKEN, " t\\17\n\u00fc ")));

  private static final String TEXT =
      HEAD
          + "last 17\n"
          + "k3f9-rg 1800000000000 1800086400000 user alice\n"
          + "k3f9-rh 1800000000000 1800086400000 token  t\\u005c17\\u000a\\u00fc \n";

  private static Revocation revocation(String id, Kind kind, String value) {
    return new Revocation(id, new Subject(kind, value), 1_800_000_000_000L, 1_800_086_400_000L);
  }

  /** A file with the checksum that goes with it. */
  private static byte[] file(String text) {
    var crc = new CRC32C();
    crc.update(text.getBytes(ISO_8859_1));
    return (text + "end %08x\n".formatted(crc.getValue())).getBytes(ISO_8859_1);
  }

  @Test
  void itIsLinesThatPeopleCanRead() {
    assertThat(new String(RevocationText.write(TWO), ISO_8859_1))
        .isEqualTo(new String(file(TEXT), ISO_8859_1));
    assertThat(RevocationText.read(file(TEXT))).isEqualTo(TWO);
    assertThat(new String(RevocationText.write(Revocations.NONE), ISO_8859_1))
        .isEqualTo(new String(file(HEAD + "last 0\n"), ISO_8859_1));
  }

  @RepeatedTest(50)
  void whatIsWrittenIsRead(RepetitionInfo run) {
    RandomGenerator random = Seeds.random(run);
    List<Revocation> all = new ArrayList<>();
    for (int i = random.nextInt(20); i > 0; i--) {
      var value = new StringBuilder();
      for (int left = random.nextInt(1, Revocation.MAX_CHARS + 1); left > 0; left--) {
        value.append((char) random.nextInt(random.nextBoolean() ? 0x80 : 0x10000)); // halves, too
      }
      Kind kind = random.nextBoolean() ? Kind.USER : Kind.TOKEN;
      all.add(
          new Revocation(
              "r-" + i,
              new Subject(kind, value.toString()),
              random.nextLong(FAR_MS),
              random.nextLong(FAR_MS)));
    }
    var revocations = new Revocations(random.nextLong(FAR_MS), all);
    assertThat(RevocationText.read(RevocationText.write(revocations))).isEqualTo(revocations);
  }

  @Test
  void whatIsCutOffIsNeverTakenForFewer() {
    byte[] file = file(TEXT);
    for (int length = 0; length < file.length; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> RevocationText.read(cut))
          .as("%d bytes", length)
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void anyBitThatChangesIsSeen() {
    byte[] file = file(TEXT);
    for (int bit = 0; bit < 8 * file.length; bit++) {
      byte[] changed = file.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> RevocationText.read(changed))
          .as("bit %d", bit)
          .isInstanceOfAny(MalformedException.class, UnsupportedException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "last\n",
        "last x\n",
        "last -1\n",
        "last 1000000000000000000\n",
        "last 1\n\n",
        "last 1\nr 1 2 user\n",
        "last 1\nr 1 2 user \n",
        "last 1\nr 1 2 page x\n",
        "last 1\nr 1 2 USER x\n",
        "last 1\nr x 2 user x\n",
        "last 1\nr 1 -2 user x\n",
        "last 1\nr 1 1000000000000000000 user x\n",
        "last 1\nR 1 2 user x\n",
        "last 1\n 1 2 user x\n",
        "last 1\nr 1 2 user \t\n",
        "last 1\nr 1 2 user \u00fc\n",
        "last 1\nlast 1\n",
      })
  void whatCannotBeIsDamage(String body) {
    assertThatThrownBy(() -> RevocationText.read(file(HEAD + body)))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void whatAnotherVersionWroteIsSaidToBe() {
    assertThatThrownBy(() -> RevocationText.read(file(TEXT.replace("s 1\n", "s 2\n"))))
        .isInstanceOf(UnsupportedException.class)
        .hasMessageContaining("another version");
  }

  @Test
  void theLongestOfAllCanBeWrittenAndRead() {
    String value = "\u20ac".repeat(Revocation.MAX_CHARS - 5);
    List<Revocation> most = new ArrayList<>();
    for (int i = 0; i < Revocations.MAX; i++) {
      var subject = new Subject(Kind.TOKEN, value + "%05d".formatted(i).replace('0', '\u20ac'));
      most.add(new Revocation(LONGEST_ID, subject, FAR_MS, FAR_MS));
    }
    var revocations = new Revocations(FAR_MS, most);
    byte[] file = RevocationText.write(revocations);
    assertThat(file.length).isBetween(RevocationText.MAX_BYTES / 2, RevocationText.MAX_BYTES);
    assertThat(RevocationText.read(file)).isEqualTo(revocations);
    String text = new String(file, ISO_8859_1);
    String body = text.substring(0, text.length() - "end 00000000\n".length());
    assertThatThrownBy(() -> RevocationText.read(file(body + "r 1 2 user one-more\n")))
        .hasMessageContaining("10001 revocations; allowed are 10000");
  }

  @Test
  void everythingHasItsBound() {
    String longest = HEAD + "last 1\n" + LONGEST_ID + " 1 2 user " + "x".repeat(256);
    assertThat(RevocationText.read(file(longest + "\n")).all()).hasSize(1);
    assertThatThrownBy(() -> RevocationText.read(file(longest + "x\n")))
        .hasMessageContaining("257 characters; allowed are 256");
    assertThatThrownBy(() -> RevocationText.read(file(longest.replace("1\nz", "1\nzz") + "\n")))
        .isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> RevocationText.read(new byte[RevocationText.MAX_BYTES + 1]))
        .hasMessageContaining("more than");
  }

  @Test
  void whatCouldNotBeReadAgainIsNotWritten() {
    for (Revocation each :
        List.of(
            revocation("", Kind.USER, "alice"),
            revocation("r 1", Kind.USER, "alice"),
            revocation("z" + LONGEST_ID, Kind.USER, "alice"),
            revocation("r", Kind.USER, ""),
            revocation("r", Kind.USER, "x".repeat(Revocation.MAX_CHARS + 1)),
            new Revocation("r", new Subject(Kind.USER, "alice"), -1, 2),
            new Revocation("r", new Subject(Kind.USER, "alice"), 1, -2))) {
      assertThatThrownBy(() -> RevocationText.write(new Revocations(1, List.of(each))))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @FuzzTest
  void anyFileIsReadOrRefused(byte[] input) {
    readsAsItIsWritten(input);
  }

  /** What nobody but a checksum would hold against it. */
  @FuzzTest
  void anyBodyIsReadOrRefused(byte[] input) {
    readsAsItIsWritten(file(HEAD + new String(input, ISO_8859_1)));
  }

  private static void readsAsItIsWritten(byte[] file) {
    Revocations revocations;
    try {
      revocations = RevocationText.read(file);
    } catch (MalformedException | UnsupportedException refused) {
      return;
    }
    assertThat(RevocationText.read(RevocationText.write(revocations))).isEqualTo(revocations);
  }
}
