package dev.sluice.node.face.srs;

import dev.sluice.node.config.LiveConfig;
import io.vertx.core.json.JsonObject;

/** SRS's {@code rpc=reload}, which is answered before it is done, and {@code rpc=reload-fetch}. */
final class SrsReload {
  private static final int NEVER = 0;
  private static final int PARSING = 10;
  private static final int FINISHED = 90;

  private final LiveConfig live;
  private Outcome last = new Outcome(SrsCode.SUCCESS, "", NEVER, ""); // guarded by this
  private int number; // guarded by this

  /** What has become of a reload. */
  private record Outcome(SrsCode error, String message, int state, String id) {}

  SrsReload(LiveConfig live) {
    this.live = live;
  }

  /** Has the configuration be read again. */
  SrsReply start() {
    String id = begin();
    Thread.ofVirtual().name("srs-reload").start(() -> run(id));
    return SrsReply.of(SrsCode.SUCCESS);
  }

  private synchronized String begin() {
    String id = "r" + ++number;
    last = new Outcome(SrsCode.SUCCESS, "", PARSING, id);
    return id;
  }

  private void run(String id) {
    Outcome outcome = new Outcome(SrsCode.CONFIG_INVALID, "a fault of the server", PARSING, id);
    try {
      outcome =
          switch (live.reload("srs-api")) {
            case LiveConfig.Applied _ -> new Outcome(SrsCode.SUCCESS, "", FINISHED, id);
            case LiveConfig.Refused(var problems) ->
                new Outcome(SrsCode.CONFIG_INVALID, problems.getFirst().toString(), PARSING, id);
          };
    } finally {
      done(outcome);
    }
  }

  private synchronized void done(Outcome outcome) {
    if (outcome.id.equals(last.id)) {
      last = outcome;
    }
  }

  /** What has become of the last one. */
  synchronized JsonObject last() {
    return new JsonObject()
        .put("err", last.error.number())
        .put("msg", last.message)
        .put("state", last.state)
        .put("rid", last.id);
  }
}
