package dev.sluice.node.config;

import dev.sluice.media.StreamName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The configuration that holds, and how it changes while the server runs: as a whole or not at all.
 *
 * <p>What holds is what was read last, but for the keys that wait for a restart: they have the
 * values that they had at the start. {@link #now} can be asked on any thread at any time; all else
 * blocks, one change after the other, and is not for a loop.
 */
public final class LiveConfig {
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  private volatile State state;
  private Taker taker = _ -> List::of;

  // under the lock: what look() knows of the file
  private ConfigOrigin.@Nullable Stamp seen;
  private ConfigOrigin.@Nullable Stamp candidate;
  private @Nullable String tried;

  /**
   * What holds, at one moment.
   *
   * @param loaded the values that hold, and their layers
   * @param waiting what was read and holds after a restart
   * @param generation grows by one with every change that was taken
   */
  public record State(Loaded loaded, List<ConfigChange> waiting, long generation) {
    public State {
      waiting = List.copyOf(waiting);
    }
  }

  /** Takes changes over. */
  @FunctionalInterface
  public interface Taker {
    /**
     * Makes ready for {@code next}, which has been checked. Nothing may change by this. Blocks.
     *
     * @return takes it over, after it has become what {@link LiveConfig#now} gives; gives the
     *     streams that are touched by it
     * @throws IOException when it cannot be taken; the message says why
     */
    Supplier<List<StreamName>> prepare(Config next) throws IOException;
  }

  /** Puts a change where it lasts. */
  @FunctionalInterface
  interface Keeper {
    /** Where that is done already. */
    Keeper NONE = () -> {};

    /**
     * Called when the change has been checked, and before anything of it holds. Blocks.
     *
     * @throws IOException when it does not last; nothing of it will hold then
     */
    void keep() throws IOException;
  }

  /** Hears of changes, one after the other. */
  public interface Listener {
    /** Hears nothing. */
    Listener NONE =
        new Listener() {
          @Override
          public void applied(String by, Applied change) {}

          @Override
          public void refused(String by, Refused refusal) {}
        };

    /** A change has been taken; {@code by} is who wanted it. */
    void applied(String by, Applied change);

    /** A change was refused. */
    void refused(String by, Refused refusal);
  }

  /** What has become of a change. */
  public sealed interface Outcome {}

  /**
   * It was taken.
   *
   * @param changed what has changed
   * @param waiting what differs from what holds, and will hold after a restart
   * @param streams those that go on and are touched by it
   * @param warnings what is odd but not refused
   */
  public record Applied(
      List<ConfigChange> changed,
      List<ConfigChange> waiting,
      List<StreamName> streams,
      List<Problem> warnings)
      implements Outcome {
    public Applied {
      changed = List.copyOf(changed);
      waiting = List.copyOf(waiting);
      streams = List.copyOf(streams);
      warnings = List.copyOf(warnings);
    }
  }

  /** It was refused, and all is as it was; {@code problems} is everything that is wrong. */
  public record Refused(List<Problem> problems) implements Outcome {
    public Refused {
      problems = List.copyOf(problems);
    }
  }

  /** Begins with {@code loaded}, which nobody has to take over. */
  public LiveConfig(Loaded loaded, Listener listener) {
    this.state = new State(loaded, List.of(), 1);
    listeners.add(listener);
    ConfigOrigin origin = loaded.origin();
    this.tried = origin == null ? null : origin.text();
  }

  /** Says who takes changes over; before the first one. */
  public void takenBy(Taker takes) {
    lock.lock();
    try {
      taker = takes;
    } finally {
      lock.unlock();
    }
  }

  /** Somebody else hears of changes from now on. */
  public void isHeardBy(Listener another) {
    listeners.add(another);
  }

  /** The values that hold. */
  public Config now() {
    return state.loaded.config();
  }

  /** What holds, with its layers, and what waits. */
  public State state() {
    return state;
  }

  /**
   * Reads file and environment again, and takes what has changed.
   *
   * @param by who wants it, a word for the log
   */
  public Outcome reload(String by) {
    lock.lock();
    try {
      return reload(by, origin());
    } finally {
      lock.unlock();
    }
  }

  private ConfigOrigin origin() {
    ConfigOrigin origin = state.loaded.origin();
    if (origin == null) {
      throw new IllegalStateException("this configuration was read nowhere");
    }
    return origin;
  }

  /** The parts of the store that were taken last. */
  List<StoredPart> stored() {
    return origin().stored();
  }

  /** The environment that every configuration is read with. */
  Map<String, String> environment() {
    return origin().environment();
  }

  /**
   * Takes other parts of the store, with the file as it was read last. They are checked, then kept,
   * then taken over.
   *
   * @param by who wants it, a word for the log
   * @throws IOException of {@code keeper}; all is as it was
   */
  Outcome change(String by, List<StoredPart> stored, Keeper keeper) throws IOException {
    lock.lock();
    try {
      Applied change = take(ConfigSource.parse(origin().with(stored)), keeper);
      listeners.forEach(each -> each.applied(by, change));
      return change;
    } catch (ConfigException refused) {
      Refused refusal = new Refused(refused.problems());
      listeners.forEach(each -> each.refused(by, refusal));
      return refusal;
    } finally {
      lock.unlock();
    }
  }

  private Outcome reload(String by, ConfigOrigin origin) {
    ConfigOrigin.Stamp stamp = origin.stamp();
    try {
      ConfigOrigin read = ConfigSource.again(origin);
      tried = read.text();
      Applied change = take(ConfigSource.parse(read), Keeper.NONE);
      seen = stamp;
      listeners.forEach(each -> each.applied(by, change));
      return change;
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible); // nothing has to be kept
    } catch (ConfigException refused) {
      seen = stamp;
      Refused refusal = new Refused(refused.problems());
      listeners.forEach(each -> each.refused(by, refusal));
      return refusal;
    }
  }

  private Applied take(Loaded read, Keeper keeper) throws ConfigException, IOException {
    Loaded before = state.loaded;
    Loaded held = HeldConfig.of(before, read);
    List<ConfigChange> all = before.effective().changesTo(read.effective());
    List<ConfigChange> changed = all.stream().filter(it -> it.when() != When.RESTART).toList();
    List<ConfigChange> waiting = all.stream().filter(it -> it.when() == When.RESTART).toList();
    Supplier<List<StreamName>> takes;
    try {
      takes = taker.prepare(held.config());
    } catch (IOException cannot) {
      Layer place = place(read.origin());
      String found = String.valueOf(cannot.getMessage());
      throw new ConfigException(List.of(new Problem(place, "", found, "what can be used")));
    }
    keeper.keep();
    boolean same = changed.isEmpty() && waiting.equals(state.waiting);
    state = new State(held, waiting, state.generation + (same ? 0 : 1));
    return new Applied(changed, waiting, takes.get(), read.warnings());
  }

  private static Layer place(@Nullable ConfigOrigin origin) {
    Path file = origin == null ? null : origin.file();
    return file == null ? new Layer.Default() : new Layer.File(file.toString(), 0, 0);
  }

  /**
   * Looks whether the file has changed, and reloads it when it has: once it has been the same for
   * two looks, so that it is not read while it is written, and not when only its date is new. To be
   * called every second or so.
   */
  public void look() {
    if (!lock.tryLock()) {
      return; // a change is under way, or the disk is slow
    }
    try {
      ConfigOrigin origin = state.loaded.origin();
      ConfigOrigin.Stamp now = origin == null ? null : origin.stamp();
      if (origin == null || now == null || now.equals(seen)) {
        candidate = null; // what is not there may be about to come
      } else if (!now.equals(candidate)) {
        candidate = now;
      } else {
        candidate = null;
        seen = now;
        if (isNew(origin)) {
          reload("file", origin);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** What cannot be read is new: reading it again says why. */
  private boolean isNew(ConfigOrigin origin) {
    try {
      return !ConfigSource.again(origin).text().equals(tried);
    } catch (ConfigException unreadable) {
      return true;
    }
  }
}
