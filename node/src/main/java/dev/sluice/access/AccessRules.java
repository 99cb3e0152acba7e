package dev.sluice.access;

import dev.sluice.hub.Admission;
import dev.sluice.hub.Client;
import dev.sluice.hub.Loop;
import dev.sluice.hub.Reason;
import dev.sluice.media.StreamName;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who may publish and play, by one token for the whole server, and by keys of single sources.
 *
 * @param publish who may publish
 * @param play who may play
 * @param trustLoopback whether publishers from this host need no token; see {@link #trusts}
 * @param token the secret
 * @param keys whether a text is the key of one of a stream's sources, which lets publish it
 */
public record AccessRules(
    Who publish, Who play, boolean trustLoopback, Token token, BiPredicate<StreamName, String> keys)
    implements Admission {

  /** Rules without keys of single sources. */
  public AccessRules(Who publish, Who play, boolean trustLoopback, Token token) {
    this(publish, play, trustLoopback, token, (_, _) -> false);
  }

  /** Who may do something. */
  public enum Who {
    /** Whoever gives the token. */
    TOKEN,
    /** Everybody who can reach the port. */
    ANYBODY
  }

  /**
   * Whether connections from this host can be trusted: when that is wanted, and nothing stands
   * between that would make strangers look like it.
   *
   * @param wanted what is configured
   * @param behindProxy whether a trusted proxy or the PROXY protocol is configured
   * @param inContainer whether the process runs in a container
   */
  public static boolean trusts(boolean wanted, boolean behindProxy, boolean inContainer) {
    return wanted && !behindProxy && !inContainer;
  }

  @Override
  public void publish(
      StreamName name, Client client, Loop loop, Consumer<@Nullable Reason> answer) {
    boolean ours = trustLoopback && Addresses.isLoopback(client.address());
    String given = client.token();
    boolean keyed = given != null && keys.test(name, given);
    answer.accept(ours || keyed ? null : refusal(publish, given));
  }

  @Override
  public void play(StreamName name, Client client, Loop loop, Consumer<@Nullable Reason> answer) {
    boolean node = client.protocol().equals(Client.OF_NODE); // viewers are asked where they are
    answer.accept(node ? null : refusal(play, client.token()));
  }

  private @Nullable Reason refusal(Who who, @Nullable String given) {
    if (who == Who.ANYBODY) {
      return null;
    }
    if (given == null || given.isEmpty()) {
      return Reason.TOKEN_MISSING;
    }
    return token.matches(given) ? null : Reason.TOKEN_WRONG;
  }

  /** Whether {@code address} is this host's and is trusted. */
  public boolean trusted(String address) {
    return trustLoopback && Addresses.isLoopback(address);
  }
}
