package dev.sluice.cli;

import java.lang.reflect.Proxy;

/**
 * SIGHUP, which by custom has a server read its configuration again. What the JDK has for signals
 * is in each of them, but no part of its interface: so it is looked for, and does without.
 */
final class Hangup {
  private Hangup() {}

  /**
   * Has {@code task} run, on a thread of its own, each time when the process gets SIGHUP.
   *
   * @return false where there is no such thing
   */
  @SuppressWarnings("ReferenceEquality") // a proxy is equal to itself and to nothing else
  static boolean runs(Runnable task) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object calls =
          Proxy.newProxyInstance(
              Hangup.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      task.run();
                      yield "done";
                    }
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> "SIGHUP";
                  });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), calls);
      return true;
    } catch (ReflectiveOperationException | IllegalArgumentException none) {
      return false; // not this JDK, not this system, or -Xrs
    }
  }
}
