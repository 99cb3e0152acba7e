package dev.sluice.access;

import dev.sluice.hub.Reason;
import dev.sluice.hub.Told.Login;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Users with passwords, which come as HTTP Basic or as parameters.
 *
 * @param passwords by user
 */
public record LoginProver(Map<String, Token> passwords) implements Prover {
  /** What is compared when nobody of that name is known, so that the time does not tell it. */
  private static final Token NOBODYS = new Token("nobody has this password");

  public LoginProver {
    passwords = Map.copyOf(passwords);
  }

  @Override
  public String name() {
    return "user";
  }

  @Override
  public Reason missing() {
    return Reason.LOGIN_MISSING;
  }

  @Override
  public Proof check(Question question, long nowMs) {
    Login login = question.client().told().login();
    if (login == null) {
      return new Proof.Missing();
    }
    Token password = passwords.get(login.user());
    return isRight(password, login)
        ? new Proof.Good("user " + login.user(), Limits.of(login.user()))
        : new Proof.Bad(Reason.LOGIN_WRONG, password == null ? "no such user" : "wrong password");
  }

  private static boolean isRight(@Nullable Token password, Login login) {
    boolean matches = (password == null ? NOBODYS : password).matches(login.password());
    return matches && password != null;
  }
}
