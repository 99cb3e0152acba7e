package dev.sluice.node.config;

import dev.sluice.control.Author;
import dev.sluice.control.Content;
import dev.sluice.control.ObjectKey;
import dev.sluice.control.Schema;
import dev.sluice.control.SchemaException;
import dev.sluice.control.Store;
import dev.sluice.control.StoreChange;
import dev.sluice.control.StoreRevision;
import dev.sluice.control.StoredObject;
import dev.sluice.control.Write;
import dev.sluice.wire.MalformedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Entries of {@code streams} that are kept in a store and changed while the server runs. A change
 * is checked together with the file, written to the store, and then taken over like any other; it
 * is done when this returns. Of a change of many all are done or none.
 *
 * <p>Any thread, one change after the other; blocks; not for an event loop. Nobody else may write
 * to the store.
 */
public final class WantedStreams {
  /** The form of the texts in the store: what {@link StoredText} writes. */
  public static final Schema SCHEMA = new Schema("stream", 1);

  /** Entries of the store: with each change all of them are read through. */
  public static final int MAX_ENTRIES = 2_000;

  private static final Content NOTHING = new Content(SCHEMA.version(), "{}");

  private final LiveConfig live;
  private final Store store;
  private final LongSupplier utcMs;
  private final ReentrantLock lock = new ReentrantLock();

  /** What has become of a change. */
  public sealed interface Outcome {}

  /**
   * It lasts and holds.
   *
   * @param revision of the store by now
   * @param taken what it has changed; null when all was so already, and the revision is an old one
   * @param added how many entries the store has that it did not have
   */
  public record Done(long revision, LiveConfig.@Nullable Applied taken, int added)
      implements Outcome {}

  /** Something is wrong with what it would lead to; {@code problems} is all of it. */
  public record Refused(List<Problem> problems) implements Outcome {
    public Refused {
      problems = List.copyOf(problems);
    }
  }

  /** An entry is the file's, at {@code place}, and that does not let the API change it. */
  public record OfFile(StreamSelector selector, Layer place) implements Outcome {}

  /** What was expected is not so; {@code revision} is what it is by now, 0 for none. */
  public record Unexpected(long revision) implements Outcome {}

  /** There is no such entry. */
  public record None() implements Outcome {}

  /** It is about more than there may be: {@code count} of what may be {@code most}. */
  public record TooMany(long count, long most) implements Outcome {}

  /** That is not remembered any more, or has never been. */
  public record Forgotten() implements Outcome {}

  /** What is expected of what is to be changed. */
  @FunctionalInterface
  public interface Expected {
    /** Anything. */
    Expected ANYTHING = (_, _) -> true;

    /**
     * Whether it is so.
     *
     * @param revision of what the store has; 0 for nothing
     * @param there whether there is anything, of the store or of the file
     */
    boolean holds(long revision, boolean there);
  }

  /**
   * An entry of {@code streams}, wherever it is.
   *
   * @param place where the file has it; null when it does not
   * @param managed whether the API may change it
   * @param revision at which the store's part was changed last; 0 when the store has none
   * @param keys what the store's part says, without secrets; null when the store has none
   */
  public record Entry(
      StreamSelector selector,
      @Nullable Layer place,
      boolean managed,
      long revision,
      @Nullable Map<String, @Nullable Object> keys) {}

  /** The store was not as it has to be. */
  private static final class NotCommitted extends IOException {
    private static final long serialVersionUID = 1L;

    NotCommitted(Store.Outcome outcome) {
      super("the store has been changed by somebody else: " + outcome);
    }
  }

  /**
   * Entries as {@code live} has taken them from {@code store}; see {@link #read}.
   *
   * @param utcMs tells the time, for the history
   */
  public WantedStreams(LiveConfig live, Store store, LongSupplier utcMs) {
    this.live = live;
    this.store = store;
    this.utcMs = utcMs;
  }

  /**
   * What a server begins with: {@code loaded}, and what is in the store.
   *
   * @throws IOException when the store cannot be read, or what is in it does not go with the file;
   *     the message says why
   */
  public static Loaded read(Loaded loaded, Store store) throws IOException {
    List<StoredStream> stored = read(store);
    ConfigOrigin origin = loaded.origin();
    if (stored.isEmpty() || origin == null) {
      return loaded;
    }
    try {
      return ConfigSource.parse(origin.with(stored));
    } catch (ConfigException refused) {
      throw new IOException(
          "what is in the store does not go with the file and this version:\n"
              + refused.getMessage(),
          refused);
    }
  }

  private static List<StoredStream> read(Store store) throws IOException {
    List<StoredStream> stored = new ArrayList<>();
    for (StoredObject object : store.list(SCHEMA.kind())) {
      stored.add(stored(object));
    }
    return stored;
  }

  private static StoredStream stored(StoredObject object) throws IOException {
    try {
      SCHEMA.requireReadable(object);
      return new StoredStream(
          StreamSelector.parse(object.key().name()),
          stored(object.content(), object.revision()),
          object.revision());
    } catch (SchemaException | MalformedException wrong) {
      throw new IOException("the store: " + object.key() + ": " + wrong.getMessage(), wrong);
    }
  }

  private static YamlText.Mapping stored(Content content, long revision) throws IOException {
    List<Problem> problems = new ArrayList<>();
    YamlText.Places places = (line, column) -> new Layer.Store(revision, line, column);
    if (YamlText.read(places, content.body(), problems::add) instanceof YamlText.Mapping keys) {
      return keys;
    }
    throw new IOException("the store: a text of revision " + revision + " is damaged: " + problems);
  }

  // ---- what there is

  /** That of the last change; 0 before the first. */
  public long revision() throws IOException {
    return store.revision();
  }

  /** All entries: those of the file in its order, then those that the store alone has, by name. */
  public List<Entry> entries() {
    lock.lock();
    try {
      Map<StreamSelector, StoredStream> stored = new HashMap<>();
      live.stored().forEach(each -> stored.put(each.selector(), each));
      StreamTable table = live.now().streams();
      return table.entries().keySet().stream()
          .map(selector -> entry(table, selector, stored.get(selector)))
          .toList();
    } finally {
      lock.unlock();
    }
  }

  /** One entry; null when there is none. */
  public @Nullable Entry entry(StreamSelector selector) {
    lock.lock();
    try {
      StreamTable table = live.now().streams();
      return table.entries().containsKey(selector) ? entry(table, selector, find(selector)) : null;
    } finally {
      lock.unlock();
    }
  }

  private static Entry entry(
      StreamTable table, StreamSelector selector, @Nullable StoredStream stored) {
    StreamSettings settings = Objects.requireNonNull(table.entries().get(selector));
    Layer place = table.place(selector);
    return new Entry(
        selector,
        place,
        place == null || settings.managed() == StreamSettings.Managed.API,
        stored == null ? 0 : stored.revision(),
        stored == null ? null : StoredText.plain(StoredText.shown(stored.keys())));
  }

  private @Nullable StoredStream find(StreamSelector selector) {
    for (StoredStream each : live.stored()) {
      if (each.selector().equals(selector)) {
        return each;
      }
    }
    return null;
  }

  /**
   * What the store has, as a file that can be read as a configuration.
   *
   * @param secrets whether secrets stand in it
   */
  public String export(boolean secrets) throws IOException {
    lock.lock();
    try {
      Map<StreamSelector, YamlText.Mapping> entries = new LinkedHashMap<>();
      for (StoredStream each : live.stored()) {
        entries.put(each.selector(), secrets ? each.keys() : StoredText.shown(each.keys()));
      }
      return "# Sluice: what is in the store, at revision %d%s.\n%s"
          .formatted(
              store.revision(), secrets ? "" : "; secrets are hidden", StoredText.write(entries));
    } finally {
      lock.unlock();
    }
  }

  /** What was changed, the latest first; see {@link Store#history}. */
  public List<StoreRevision> history(long before, int limit) throws IOException {
    return store.history(before, limit);
  }

  /**
   * What is different at two revisions, by entry.
   *
   * @return null when not all that came between is remembered, or one of the two has never been
   */
  public @Nullable List<EntryDifference> between(long from, long to) throws IOException {
    List<StoreChange> changes = store.between(from, to);
    if (changes == null) {
      return null;
    }
    List<EntryDifference> differences = new ArrayList<>();
    for (StoreChange change : changes) {
      if (change.key().kind().equals(SCHEMA.kind())) {
        Content before = change.before();
        Content after = change.after();
        differences.add(
            EntryDifference.of(
                change.key().name(),
                before == null ? null : stored(before, from),
                after == null ? null : stored(after, to)));
      }
    }
    return List.copyOf(differences);
  }

  // ---- changes

  /**
   * Puts an entry in place of what the store has of it.
   *
   * @param text YAML, of which JSON is a part: the keys of an entry
   */
  public Outcome put(StreamSelector selector, String text, Expected expected, Author author)
      throws IOException {
    return change(selector, expected, author, (sent, _) -> sent.entry(text, selector));
  }

  /**
   * Changes some keys of what the store has of an entry (RFC 7396): what is null goes, and what is
   * not named stays.
   */
  public Outcome patch(StreamSelector selector, String text, Expected expected, Author author)
      throws IOException {
    return change(
        selector,
        expected,
        author,
        (sent, now) -> {
          if (now == null && live.now().streams().place(selector) == null) {
            return null;
          }
          YamlText.Mapping patch = sent.entry(text, selector);
          return now == null
              ? patch
              : StoredText.over(patch, StoredText.at(now.keys(), sent.place(0, 0)));
        });
  }

  /** Takes an entry out of the store; what the file has of it stays. */
  public Outcome delete(StreamSelector selector, Expected expected, Author author)
      throws IOException {
    lock.lock();
    try {
      StoredStream now = find(selector);
      Layer place = live.now().streams().place(selector);
      if (!expected.holds(now == null ? 0 : now.revision(), now != null || place != null)) {
        return new Unexpected(now == null ? 0 : now.revision());
      } else if (now == null) {
        return place == null ? new None() : new OfFile(selector, place);
      }
      Map<StreamSelector, YamlText.@Nullable Mapping> wanted = new LinkedHashMap<>();
      wanted.put(selector, null);
      return commit(wanted, author);
    } finally {
      lock.unlock();
    }
  }

  /** Makes of what is there what is to be there. */
  @FunctionalInterface
  private interface Change {
    /** Null when there is nothing to be changed. */
    YamlText.@Nullable Mapping of(SentText sent, @Nullable StoredStream now)
        throws SentText.NotTaken;
  }

  private Outcome change(StreamSelector selector, Expected expected, Author author, Change change)
      throws IOException {
    lock.lock();
    try {
      StoredStream now = find(selector);
      long revision = now == null ? 0 : now.revision();
      boolean there = now != null || live.now().streams().place(selector) != null;
      if (!expected.holds(revision, there)) {
        return new Unexpected(revision);
      }
      YamlText.Mapping keys = change.of(new SentText(store.revision() + 1), now);
      if (keys == null) {
        return new None();
      }
      Map<StreamSelector, YamlText.@Nullable Mapping> wanted = new LinkedHashMap<>();
      wanted.put(selector, keys);
      return commit(wanted, author);
    } catch (SentText.NotTaken wrong) {
      return refused(wrong.problems(), store.revision() + 1);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes many entries at once.
   *
   * @param text a file with nothing but {@code streams}, as {@link #export} writes it
   * @param replace whether what it does not name goes out of the store
   */
  public Outcome importAll(String text, boolean replace, Expected expected, Author author)
      throws IOException {
    lock.lock();
    try {
      long revision = store.revision();
      if (!expected.holds(revision, true)) {
        return new Unexpected(revision);
      }
      Map<StreamSelector, YamlText.@Nullable Mapping> wanted = new LinkedHashMap<>();
      if (replace) {
        live.stored().forEach(each -> wanted.put(each.selector(), null));
      }
      wanted.putAll(new SentText(revision + 1).file(text));
      return commit(wanted, author);
    } catch (SentText.NotTaken wrong) {
      return refused(wrong.problems(), store.revision() + 1);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Makes the store what it was at a revision, by a change like any other.
   *
   * @param to the revision; null for the one before the last
   */
  public Outcome undo(@Nullable Long to, Expected expected, Author author) throws IOException {
    lock.lock();
    try {
      long revision = store.revision();
      if (!expected.holds(revision, true)) {
        return new Unexpected(revision);
      }
      List<StoreChange> back = store.between(revision, to == null ? revision - 1 : to);
      if (back == null) {
        return new Forgotten();
      }
      Map<StreamSelector, YamlText.@Nullable Mapping> wanted = new LinkedHashMap<>();
      for (StoreChange change : back) {
        if (change.key().kind().equals(SCHEMA.kind())) {
          Content then = change.after();
          Content content = then == null ? NOTHING : then;
          StoredStream entry = stored(new StoredObject(change.key(), content, revision + 1));
          wanted.put(entry.selector(), then == null ? null : entry.keys());
        }
      }
      return commit(wanted, author);
    } finally {
      lock.unlock();
    }
  }

  /** Under the lock: null takes an entry out. */
  private Outcome commit(Map<StreamSelector, YamlText.@Nullable Mapping> wanted, Author author)
      throws IOException {
    long revision = store.revision();
    Map<String, StoredStream> all = new TreeMap<>();
    live.stored().forEach(each -> all.put(each.selector().toString(), each));
    List<Write> writes = new ArrayList<>();
    for (Map.Entry<StreamSelector, YamlText.@Nullable Mapping> each : wanted.entrySet()) {
      StreamSelector selector = each.getKey();
      YamlText.Mapping keys = each.getValue() == null ? null : StoredText.said(each.getValue());
      StoredStream now = all.get(selector.toString());
      if (now == null ? keys == null : now.says(keys)) {
        continue;
      }
      Outcome refused = keys == null ? null : refusal(selector, keys, revision + 1);
      if (refused != null) {
        return refused;
      }
      if (keys == null) {
        all.remove(selector.toString());
      } else {
        all.put(selector.toString(), new StoredStream(selector, keys, revision + 1));
      }
      writes.add(
          new Write(
              new ObjectKey(SCHEMA.kind(), selector.toString()),
              now == null ? Write.NONE : now.revision(),
              keys == null ? null : new Content(SCHEMA.version(), StoredText.write(keys))));
    }
    if (writes.isEmpty()) {
      return new Done(revision, null, 0);
    } else if (writes.size() > Store.MAX_WRITES) {
      return new TooMany(writes.size(), Store.MAX_WRITES);
    } else if (all.size() > MAX_ENTRIES && all.size() > live.stored().size()) {
      return new TooMany(all.size(), MAX_ENTRIES);
    }
    return take(List.copyOf(all.values()), writes, revision + 1, author);
  }

  private @Nullable Outcome refusal(StreamSelector selector, YamlText.Mapping keys, long next) {
    StreamTable table = live.now().streams();
    Layer place = table.place(selector);
    StreamSettings settings = table.entries().get(selector);
    if (place != null && (settings == null || settings.managed() != StreamSettings.Managed.API)) {
      return new OfFile(selector, place);
    }
    int chars = StoredText.write(keys).length();
    if (chars > StoredStream.MAX_CHARS) {
      String allowed = "at most " + StoredStream.MAX_CHARS;
      Problem problem =
          new Problem(keys.at(), SentText.path(selector), chars + " characters", allowed);
      return refused(List.of(problem), next);
    }
    return null;
  }

  private Outcome take(List<StoredStream> all, List<Write> writes, long next, Author author)
      throws IOException {
    try {
      LiveConfig.Outcome outcome =
          live.change(
              "api",
              all,
              () -> {
                Store.Outcome kept = store.commit(writes, author, utcMs.getAsLong());
                if (!kept.equals(new Store.Committed(next))) {
                  throw new NotCommitted(kept);
                }
              });
      return switch (outcome) {
        case LiveConfig.Applied taken ->
            new Done(next, taken, (int) writes.stream().filter(Write::adds).count());
        case LiveConfig.Refused(List<Problem> problems) -> refused(problems, next);
      };
    } catch (IOException unknown) {
      takeWhatIsThere(unknown);
      throw unknown;
    }
  }

  /** After a fault of the store: whatever it has by now is what holds. */
  private void takeWhatIsThere(IOException fault) {
    try {
      live.change("store", read(store), LiveConfig.Keeper.NONE);
    } catch (IOException also) {
      fault.addSuppressed(also); // what was taken last goes on to hold
    }
  }

  /** Some of what is wrong is at a place of what was sent, which does not get into the store. */
  private static Refused refused(List<Problem> problems, long sent) {
    return new Refused(
        problems.stream()
            .map(it ->
                it.place() instanceof Layer.Store place && place.revision() == sent
                    ? new Problem(place.refused(), it.key(), it.found(), it.allowed())
                    : it)
            .toList());
  }
}
