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
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Parts of the configuration that are kept in a store and changed while the server runs: entries of
 * {@code streams}, and sections. A change is checked together with the file, written to the store,
 * and then taken over like any other; it is done when this returns. Of a change of many all are
 * done or none.
 *
 * <p>Any thread, one change after the other; blocks; not for an event loop. Nobody else may write
 * to the store.
 */
public final class WantedConfig {
  /** Entries of {@code streams} in the store: with each change all of them are read through. */
  public static final int MAX_ENTRIES = 2_000;

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
   * @param added how many parts the store has that it did not have
   */
  public record Done(long revision, LiveConfig.@Nullable Applied taken, int added)
      implements Outcome {}

  /** Something is wrong with what it would lead to; {@code problems} is all of it. */
  public record Refused(List<Problem> problems) implements Outcome {
    public Refused {
      problems = List.copyOf(problems);
    }
  }

  /** A part is the file's, at {@code place}, and that does not let the API change it. */
  public record OfFile(Part part, Layer place) implements Outcome {}

  /** What was expected is not so; {@code revision} is what it is by now, 0 for none. */
  public record Unexpected(long revision) implements Outcome {}

  /** There is no such part. */
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
   * A part, wherever it is.
   *
   * @param place where the file has it; null when it does not
   * @param managed whether the API may change it
   * @param revision at which the store's part was changed last; 0 when the store has none
   * @param keys what the store's part says, without secrets; null when the store has none
   */
  public record Known(
      Part part,
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
   * Parts as {@code live} has taken them from {@code store}; see {@link #read}.
   *
   * @param utcMs tells the time, for the history
   */
  public WantedConfig(LiveConfig live, Store store, LongSupplier utcMs) {
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
    List<StoredPart> stored = read(store);
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

  private static List<StoredPart> read(Store store) throws IOException {
    List<StoredPart> stored = new ArrayList<>();
    for (Schema schema : List.of(Part.Entry.SCHEMA, Part.Whole.SCHEMA)) {
      for (StoredObject object : store.list(schema.kind())) {
        Part part = part(object.key());
        if (part != null) {
          stored.add(stored(part, object.content(), object.revision()));
        }
      }
    }
    return stored;
  }

  /** Null for what is in the store and nothing of the configuration. */
  private static @Nullable Part part(ObjectKey key) throws IOException {
    try {
      return Part.of(key);
    } catch (MalformedException wrong) {
      throw new IOException("the store: " + key + ": " + wrong.getMessage(), wrong);
    }
  }

  private static StoredPart stored(Part part, Content content, long revision) throws IOException {
    if (part instanceof Part.Whole section && section.keys() == null) {
      throw new IOException(
          "the store: a section %s; this version of Sluice knows %s"
              .formatted(section, String.join(", ", Part.sections())));
    }
    try {
      part.schema().requireReadable(new StoredObject(part.key(), content, revision));
    } catch (SchemaException wrong) {
      throw new IOException("the store: " + part.key() + ": " + wrong.getMessage(), wrong);
    }
    return new StoredPart(part, stored(content, revision), revision);
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
  public List<Known> entries() {
    return all(
        live.now().streams().entries().keySet().stream().map(it -> (Part) new Part.Entry(it)));
  }

  /** All sections that can be in the store, in the order of the file. */
  public List<Known> sections() {
    return all(Part.sections().stream().map(Part.Whole::new));
  }

  private List<Known> all(Stream<? extends Part> parts) {
    lock.lock();
    try {
      Map<Part, StoredPart> stored = new HashMap<>();
      live.stored().forEach(each -> stored.put(each.part(), each));
      return parts.map(part -> known(part, stored.get(part))).toList();
    } finally {
      lock.unlock();
    }
  }

  /** One part; null when it is an entry that is nowhere. */
  public @Nullable Known find(Part part) {
    lock.lock();
    try {
      boolean there =
          switch (part) {
            case Part.Entry(var selector) -> live.now().streams().entries().containsKey(selector);
            case Part.Whole section -> section.keys() != null;
          };
      return there ? known(part, stored(part)) : null;
    } finally {
      lock.unlock();
    }
  }

  private Known known(Part part, @Nullable StoredPart stored) {
    Layer place = place(part);
    return new Known(
        part,
        place,
        place == null || isManaged(part),
        stored == null ? 0 : stored.revision(),
        stored == null ? null : StoredText.plain(StoredText.shown(part, stored.keys())));
  }

  /** Where the file says something of it; null when it does not. */
  private @Nullable Layer place(Part part) {
    return switch (part) {
      case Part.Entry(var selector) -> live.now().streams().place(selector);
      case Part.Whole(String name) -> live.state().loaded().sections().get(name);
    };
  }

  /** Whether the API may change it although the file says something of it. */
  private boolean isManaged(Part part) {
    return switch (part) {
      case Part.Entry(var selector) -> {
        StreamSettings settings = live.now().streams().entries().get(selector);
        yield settings != null && settings.managed() == Managed.API;
      }
      case Part.Whole(String name) -> {
        EffectiveConfig effective = live.state().loaded().effective();
        Setting managed = effective.setting(name + "." + Managed.KEY);
        yield managed != null && Managed.BY_API.equals(managed.value());
      }
    };
  }

  private @Nullable StoredPart stored(Part part) {
    for (StoredPart each : live.stored()) {
      if (each.part().equals(part)) {
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
      Map<Part, YamlText.Mapping> parts = new LinkedHashMap<>();
      for (StoredPart each : live.stored()) {
        parts.put(each.part(), secrets ? each.keys() : StoredText.shown(each.part(), each.keys()));
      }
      return "# Sluice: what is in the store, at revision %d%s.\n%s"
          .formatted(
              store.revision(), secrets ? "" : "; secrets are hidden", StoredText.write(parts));
    } finally {
      lock.unlock();
    }
  }

  /** What was changed, the latest first; see {@link Store#history}. */
  public List<StoreRevision> history(long before, int limit) throws IOException {
    return store.history(before, limit);
  }

  /**
   * What is different at two revisions, by part.
   *
   * @return null when not all that came between is remembered, or one of the two has never been
   */
  public @Nullable List<PartDifference> between(long from, long to) throws IOException {
    List<StoreChange> changes = store.between(from, to);
    if (changes == null) {
      return null;
    }
    List<PartDifference> differences = new ArrayList<>();
    for (StoreChange change : changes) {
      Part part = part(change.key());
      if (part != null) {
        Content before = change.before();
        Content after = change.after();
        differences.add(
            PartDifference.of(
                part,
                before == null ? null : stored(before, from),
                after == null ? null : stored(after, to)));
      }
    }
    return List.copyOf(differences);
  }

  // ---- changes

  /**
   * Puts a part in place of what the store has of it.
   *
   * @param text YAML, of which JSON is a subset: the keys of the part
   */
  public Outcome put(Part part, String text, Expected expected, Author author) throws IOException {
    return change(part, expected, author, (sent, _) -> sent.keys(text, part));
  }

  /**
   * Changes some keys of what the store has of a part (RFC 7396): what is null goes, and what is
   * not named stays.
   */
  public Outcome patch(Part part, String text, Expected expected, Author author)
      throws IOException {
    return change(
        part,
        expected,
        author,
        (sent, now) -> {
          if (now == null && place(part) == null && part instanceof Part.Entry) {
            return null; // a section is there with its defaults
          }
          YamlText.Mapping patch = sent.keys(text, part);
          return now == null
              ? patch
              : StoredText.over(patch, StoredText.at(now.keys(), sent.place(0, 0)));
        });
  }

  /** Takes a part out of the store; what the file has of it stays. */
  public Outcome delete(Part part, Expected expected, Author author) throws IOException {
    lock.lock();
    try {
      StoredPart now = stored(part);
      Layer place = place(part);
      if (!expected.holds(now == null ? 0 : now.revision(), now != null || place != null)) {
        return new Unexpected(now == null ? 0 : now.revision());
      } else if (now == null) {
        return place == null ? new None() : new OfFile(part, place);
      }
      Map<Part, YamlText.@Nullable Mapping> wanted = new LinkedHashMap<>();
      wanted.put(part, null);
      return commit(wanted, author);
    } finally {
      lock.unlock();
    }
  }

  /** Makes of what is there what is to be there. */
  @FunctionalInterface
  private interface Change {
    /** Null when there is nothing to be changed. */
    YamlText.@Nullable Mapping of(SentText sent, @Nullable StoredPart now) throws SentText.NotTaken;
  }

  private Outcome change(Part part, Expected expected, Author author, Change change)
      throws IOException {
    lock.lock();
    try {
      StoredPart now = stored(part);
      long revision = now == null ? 0 : now.revision();
      if (!expected.holds(revision, now != null || place(part) != null)) {
        return new Unexpected(revision);
      }
      YamlText.Mapping keys = change.of(new SentText(store.revision() + 1), now);
      if (keys == null) {
        return new None();
      }
      Map<Part, YamlText.@Nullable Mapping> wanted = new LinkedHashMap<>();
      wanted.put(part, keys);
      return commit(wanted, author);
    } catch (SentText.NotTaken wrong) {
      return refused(wrong.problems(), store.revision() + 1);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes many parts at once.
   *
   * @param text a file with nothing but what can be in the store, as {@link #export} writes it
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
      Map<Part, YamlText.@Nullable Mapping> wanted = new LinkedHashMap<>();
      if (replace) {
        live.stored().forEach(each -> wanted.put(each.part(), null));
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
      Map<Part, YamlText.@Nullable Mapping> wanted = new LinkedHashMap<>();
      for (StoreChange change : back) {
        Part part = part(change.key());
        if (part != null) {
          Content then = change.after();
          wanted.put(part, then == null ? null : stored(part, then, revision + 1).keys());
        }
      }
      return commit(wanted, author);
    } finally {
      lock.unlock();
    }
  }

  /** Under the lock: null takes a part out. */
  private Outcome commit(Map<Part, YamlText.@Nullable Mapping> wanted, Author author)
      throws IOException {
    long revision = store.revision();
    Map<ObjectKey, StoredPart> all = new TreeMap<>();
    live.stored().forEach(each -> all.put(each.part().key(), each));
    List<Write> writes = new ArrayList<>();
    for (Map.Entry<Part, YamlText.@Nullable Mapping> each : wanted.entrySet()) {
      Part part = each.getKey();
      YamlText.Mapping keys = each.getValue() == null ? null : StoredText.said(each.getValue());
      StoredPart now = all.get(part.key());
      if (now == null ? keys == null : now.says(keys)) {
        continue;
      }
      Outcome refused = keys == null ? null : refusal(part, keys, revision + 1);
      if (refused != null) {
        return refused;
      }
      if (keys == null) {
        all.remove(part.key());
      } else {
        all.put(part.key(), new StoredPart(part, keys, revision + 1));
      }
      writes.add(
          new Write(
              part.key(),
              now == null ? Write.NONE : now.revision(),
              keys == null ? null : new Content(part.schema().version(), StoredText.write(keys))));
    }
    if (writes.isEmpty()) {
      return new Done(revision, null, 0);
    } else if (writes.size() > Store.MAX_WRITES) {
      return new TooMany(writes.size(), Store.MAX_WRITES);
    }
    long entries = entries(all.values());
    if (entries > MAX_ENTRIES && entries > entries(live.stored())) {
      return new TooMany(entries, MAX_ENTRIES);
    }
    return take(List.copyOf(all.values()), writes, revision + 1, author);
  }

  private static long entries(Collection<StoredPart> parts) {
    return parts.stream().filter(each -> each.part() instanceof Part.Entry).count();
  }

  private @Nullable Outcome refusal(Part part, YamlText.Mapping keys, long next) {
    Layer place = place(part);
    if (place != null && !isManaged(part)) {
      return new OfFile(part, place);
    }
    List<Problem> problems = new ArrayList<>();
    int chars = StoredText.write(keys).length();
    if (chars > StoredPart.MAX_CHARS) {
      String allowed = "at most " + StoredPart.MAX_CHARS;
      problems.add(new Problem(keys.at(), part.toString(), chars + " characters", allowed));
    }
    if (part instanceof Part.Whole) {
      ofEnvironment(keys, part + ".", problems);
    }
    return problems.isEmpty() ? null : refused(problems, next);
  }

  /** Keys that the environment sets: what the store says of them would never hold. */
  private void ofEnvironment(YamlText.Mapping keys, String path, List<Problem> problems) {
    for (YamlText.Entry entry : keys.entries()) {
      String key = path + (entry.key() instanceof YamlText.Scalar name ? name.text() : "");
      if (entry.value() instanceof YamlText.Mapping section) {
        ofEnvironment(section, key + ".", problems);
      } else if (!live.environment().getOrDefault(KeyTree.variable(key), "").isBlank()) {
        String found = "a key that the variable " + KeyTree.variable(key) + " sets, which wins";
        problems.add(new Problem(entry.key().at(), key, found, "a value at one of the two places"));
      }
    }
  }

  private Outcome take(List<StoredPart> all, List<Write> writes, long next, Author author)
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
