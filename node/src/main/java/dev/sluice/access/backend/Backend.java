package dev.sluice.access.backend;

import org.jspecify.annotations.Nullable;

/** A back end as provers see it. Any thread; must not block. */
public interface Backend {
  /** What is known of a question, valid for what is left; null when it is to be asked. */
  @Nullable BackendReply known(String key);

  /**
   * Asks a question.
   *
   * @param then is run once, on any thread, when there is an answer, or there will be none
   */
  void ask(String key, BackendRequest request, Runnable then);
}
