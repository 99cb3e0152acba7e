package dev.sluice.access;

/** What somebody wants to do with a stream. */
public enum Action {
  PUBLISH("publish"),
  PLAY("play");

  private final String label;

  Action(String label) {
    this.label = label;
  }

  /** As it stands in configuration, log and signed addresses. */
  public String label() {
    return label;
  }
}
