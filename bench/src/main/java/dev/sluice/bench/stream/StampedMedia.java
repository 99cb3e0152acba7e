package dev.sluice.bench.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds the numbers of a {@link SyntheticStream}'s pictures in any container that has them whole.
 */
public final class StampedMedia {
  private static final byte[] UUID = SyntheticStream.UUID_TEXT.getBytes(US_ASCII);

  private StampedMedia() {}

  /** The numbers of all pictures in {@code media}, in order. */
  public static List<Long> pictures(byte[] media) {
    List<Long> numbers = new ArrayList<>();
    for (int i = 0; i + UUID.length + Stamp.BYTES <= media.length; i++) {
      if (media[i] == UUID[0] && matches(media, i)) {
        long number = Stamp.number(media, i + UUID.length, media.length);
        if (number >= 0) { // else it is the message that only fills
          numbers.add(number);
        }
      }
    }
    return List.copyOf(numbers);
  }

  private static boolean matches(byte[] media, int at) {
    for (int i = 0; i < UUID.length; i++) {
      if (media[at + i] != UUID[i]) {
        return false;
      }
    }
    return true;
  }
}
