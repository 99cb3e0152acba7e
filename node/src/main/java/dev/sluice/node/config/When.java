package dev.sluice.node.config;

/** When a change of a key holds that is made while the server runs. */
public enum When {
  /** What the section says that the key is in; no key itself says so in the end. */
  AS_ITS_SECTION(""),
  /** At once, also for what goes on. */
  LIVE("live"),
  /** For viewers who come and streams that begin after the change. */
  NEXT("next session"),
  /** When the server is started anew; until then the old value holds. */
  RESTART("restart");

  private final String label;

  When(String label) {
    this.label = label;
  }

  /** As documents and the API name it. */
  public String label() {
    return label;
  }
}
