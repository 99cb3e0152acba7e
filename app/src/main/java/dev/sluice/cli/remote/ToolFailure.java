package dev.sluice.cli.remote;

/** A command could not be done: what happened, and what to do next. */
public final class ToolFailure extends Exception {
  private static final long serialVersionUID = 1;

  /** The server did not do it, or has failed. */
  public static final int FAILED = 1;

  /** What was asked for makes no sense; as picocli has it. */
  public static final int USAGE = 2;

  /** No server was reached, or it is none of ours. */
  public static final int NO_SERVER = 3;

  /** The server wants the token, or another one. */
  public static final int NOT_ALLOWED = 4;

  /** There is no stream or session of that name. */
  public static final int NOT_FOUND = 5;

  /** What help says of {@link #FAILED}; the words of the others follow. */
  public static final String FAILED_HELP = FAILED + ":the server refuses or fails";

  /** Of {@link #USAGE}. */
  public static final String USAGE_HELP = USAGE + ":wrong usage";

  /** Of {@link #NO_SERVER}. */
  public static final String NO_SERVER_HELP = NO_SERVER + ":no server is reached";

  /** Of {@link #NOT_ALLOWED}. */
  public static final String NOT_ALLOWED_HELP = NOT_ALLOWED + ":the token is missing or wrong";

  private final int exitCode;

  /**
   * A failure.
   *
   * @param exitCode of the command, one of those above
   * @param what happened, for people, without a full stop
   * @param next what to do about it, a sentence each line; empty when that is plain
   */
  public ToolFailure(int exitCode, String what, String next) {
    super(next.isEmpty() ? what : what + "\n  " + next.replace("\n", "\n  "));
    this.exitCode = exitCode;
  }

  /** Status that the command ends with. */
  public int exitCode() {
    return exitCode;
  }

  /** What happened, and below it what to do. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  /** What happened, on one line. */
  public String what() {
    return getMessage().lines().findFirst().orElse("");
  }
}
