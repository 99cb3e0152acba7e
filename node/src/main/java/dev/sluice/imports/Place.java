package dev.sluice.imports;

/**
 * Where something stands.
 *
 * @param file as the reader of the message knows it
 * @param line from 1; 0 when it is in no text, such as an environment variable
 * @param column from 1
 */
public record Place(String file, int line, int column) {
  @Override
  public String toString() {
    return line == 0 ? file : file + ":" + line + ":" + column;
  }
}
