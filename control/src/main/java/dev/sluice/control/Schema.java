package dev.sluice.control;

/**
 * The form of the bodies of a kind that this program writes. It reads that, and the one before, so
 * that an update can be taken back and nodes be updated one by one.
 *
 * @param kind of the objects
 * @param version from 1
 */
public record Schema(String kind, int version) {

  /**
   * Checks that {@code object} can be read.
   *
   * @throws SchemaException when its form is newer, or older than the one before
   */
  public void requireReadable(StoredObject object) {
    int given = object.content().schema();
    if (given > version) {
      throw new SchemaException(
          "%s is of schema %d; this version of Sluice reads %s and no newer one: update it"
              .formatted(object.key(), given, readable()));
    } else if (given < version - 1) {
      throw new SchemaException(
          "%s is of schema %d; this version of Sluice reads %s: update by way of the one between"
              .formatted(object.key(), given, readable()));
    }
  }

  private String readable() {
    return version == 1 ? "1" : (version - 1) + " and " + version;
  }
}
