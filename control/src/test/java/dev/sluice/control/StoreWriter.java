package dev.sluice.control;

import java.nio.file.Path;
import java.util.List;

/**
 * A process that changes a store and says so on its standard output, once for each change that was
 * acknowledged, until it is killed. Numbers go on where the store is.
 */
final class StoreWriter {
  private StoreWriter() {}

  public static void main(String[] arguments) throws Exception {
    Store store = SqliteStore.open(Path.of(arguments[0])); // is never closed
    for (long number = store.revision() + 1; ; number++) {
      var write =
          new Write(
              new ObjectKey("stream", "live/" + number % 7),
              Write.ANY,
              new Content(1, "number " + number));
      if (!(store.commit(List.of(write), new Author("writer", "", ""), number)
          instanceof Store.Committed(long at))) {
        throw new IllegalStateException("not taken");
      }
      System.out.println("acknowledged " + at);
      System.out.flush();
    }
  }
}
