package dev.sluice.event;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Connections that access has let in and whom it knows them as, from its decision until they leave:
 * all who publish, and those viewers whom it knows. Bounded: who was let in and never came is
 * forgotten when many others have come since. Any thread.
 */
final class Users {
  /** Connections of one generation; the one before the last is forgotten. */
  static final int MAX_YOUNG = 50_000;

  private volatile Map<String, String> young = new ConcurrentHashMap<>();
  private volatile Map<String, String> old = Map.of();

  void put(String connection, String user) {
    if (young.size() >= MAX_YOUNG) {
      age();
    }
    young.put(connection, user);
  }

  private synchronized void age() { // once in a generation
    if (young.size() >= MAX_YOUNG) {
      old = young;
      young = new ConcurrentHashMap<>();
    }
  }

  /** The user; empty when there is none. */
  String of(String connection) {
    String user = young.get(connection);
    return user == null ? old.getOrDefault(connection, "") : user;
  }

  /** Whether it was let in. */
  boolean knows(String connection) {
    return young.containsKey(connection) || old.containsKey(connection);
  }

  /** The user, who is forgotten. */
  String remove(String connection) {
    String user = of(connection);
    young.remove(connection);
    Map<String, String> before = old;
    if (before.containsKey(connection)) {
      before.remove(connection);
    }
    return user;
  }
}
