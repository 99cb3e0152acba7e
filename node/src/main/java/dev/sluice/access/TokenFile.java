package dev.sluice.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.random.RandomGenerator;

/**
 * The file that holds the token when none is configured: one line, readable by its owner alone.
 *
 * @param path the file
 * @param token what is in it
 * @param made whether it was made just now
 */
public record TokenFile(Path path, Token token, boolean made) {
  private static final String NAME = "token";

  /** Bytes of a file that is taken for one. */
  private static final int MAX_BYTES = 1_024;

  /**
   * Reads the file {@code token} of {@code folder}, which exists; makes it when it is missing.
   * Whatever its mode was, it is 0600 afterwards.
   *
   * @param random of cryptographic quality
   * @throws IOException when it cannot be read or made, or holds no token; the message names it
   */
  public static TokenFile open(Path folder, RandomGenerator random) throws IOException {
    return open(folder, NAME, random);
  }

  /**
   * As {@link #open(Path, RandomGenerator)}, for another secret that is kept in the same way.
   *
   * @param name of the file
   */
  public static TokenFile open(Path folder, String name, RandomGenerator random)
      throws IOException {
    Path path = folder.resolve(name);
    try {
      return read(path);
    } catch (NoSuchFileException missing) {
      try {
        return make(path, Token.make(random));
      } catch (FileAlreadyExistsException other) {
        return read(path); // somebody was faster
      }
    }
  }

  private static TokenFile read(Path path) throws IOException {
    if (Files.size(path) > MAX_BYTES) {
      throw new IOException(path + " is too large to hold a token");
    }
    String text = Files.readString(path).strip();
    if (text.lines().count() > 1) {
      throw new IOException(path + " holds more than one line; delete it to have a token made");
    }
    Token token;
    try {
      token = new Token(text);
    } catch (IllegalArgumentException tooShort) {
      throw new IOException(
          path + ": " + tooShort.getMessage() + "; delete it to have one made", tooShort);
    }
    OwnerFile.restrict(path);
    return new TokenFile(path, token, false);
  }

  private static TokenFile make(Path path, Token token) throws IOException {
    OwnerFile.make(path, (token.reveal() + "\n").getBytes(StandardCharsets.US_ASCII));
    return new TokenFile(path, token, true);
  }
}
