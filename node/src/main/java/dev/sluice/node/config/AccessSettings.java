package dev.sluice.node.config;

import dev.sluice.access.AddressBlock;
import dev.sluice.node.config.AccessRuleSettings.Need;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who may do what. */
public record AccessSettings(
    @Key(
            doc =
                "Whether publishers from this host need to prove nothing. Off in any case when"
                    + " `trustedProxies` are given or the server runs in a container.",
            byDefault = "true")
        boolean trustLoopback,
    @Key(
            doc =
                "Addresses of proxies (10.0.0.0/8, fd00::1) whose word is taken for whom they"
                    + " speak for.")
        List<AddressBlock> trustedProxies,
    @Key(
            doc =
                "By which header fields of HTTP these proxies say whom they speak for. Only fields"
                    + " that they set themselves, or add to, are to be taken: others come from"
                    + " whoever asks.",
            byDefault = "x-forwarded")
        ProxyHeaders proxyHeaders,
    @Key(doc = "The token. Absent: one is made and kept in the file `token` of `data`.")
        @Nullable Secret token,
    @Key(
            doc =
                "What somebody has to prove who publishes a stream that is in no rule; any one of"
                    + " these suffices.",
            byDefault = "token")
        List<Need> publish,
    @Key(
            doc =
                "What somebody has to prove who plays a stream that is in no rule; any one of"
                    + " these suffices.",
            byDefault = "anybody")
        List<Need> play,
    @Key(
            doc =
                "Users, for `user`: `name:password` each. A name is 1 to 64 of A-Z a-z 0-9 . _ ~ @"
                    + " -.")
        List<UserPassword> users,
    @Key(
            doc =
                "After how long at most it is looked again whether somebody still may do what he"
                    + " does.",
            byDefault = "1m",
            min = "1s",
            max = "1d",
            when = When.RESTART)
        Duration recheck,
    @Key(
            doc = "What becomes of a session when the token or address that let it in ends.",
            byDefault = "end",
            when = When.RESTART)
        Expired expired,
    @Key(doc = "Addresses that are good for a time; `docs/access.md` says how they are made.")
        Signed signed,
    @Key(doc = "JSON web tokens; `docs/access.md` says what stands in them.") Jwt jwt,
    @Key(doc = "A program of yours that is asked over HTTP; `docs/access.md` says how.")
        Backend backend,
    @Key(
            doc =
                "Rules for some streams. Of those that are about a stream the one with the most"
                    + " specific pattern holds, of equally specific ones the first.",
            max = "256")
        List<AccessRuleSettings> rules,
    @Key(doc = Managed.OF_SECTION, byDefault = "file", when = When.LIVE) Managed managed) {

  /** Signed addresses. */
  public record Signed(
      @Key(doc = "The secret that they are signed with; needed for `signed`.")
          @Nullable Secret secret,
      @Key(doc = "How they are signed.", byDefault = "sluice") List<Form> forms) {}

  /** JSON web tokens. */
  public record Jwt(
      @Key(
              doc =
                  "The secret that tokens are signed with by HS256, HS384 or HS512: 32 characters"
                      + " at least, 48 and 64 for the latter two.")
          @Nullable Secret secret,
      @Key(
              doc =
                  "File with public keys for RS, PS and ES: a JSON Web Key Set, or PEM with keys or"
                      + " certificates.")
          @Nullable Path keys,
      @Key(
              doc =
                  "Where a JSON Web Key Set is fetched from. A token with a key that is not in it"
                      + " has it fetched anew, every 10 s at most.")
          @Nullable WebAddress url,
      @Key(
              doc = "How old what was fetched may become before it is fetched anew.",
              byDefault = "1h",
              min = "1m",
              max = "1d")
          Duration refresh,
      @Key(doc = "Whose claims are understood.", byDefault = "sluice") Claims claims,
      @Key(doc = "What `iss` has to be. Absent: anything.") @Nullable Word issuer,
      @Key(doc = "What `aud` has to name. Absent: tokens are to have no `aud`.")
          @Nullable Word audience,
      @Key(
              doc = "How long a token may still be good when it is used; 0 for no bound.",
              byDefault = "0",
              min = "0",
              max = "3650d")
          Duration lifetime,
      @Key(
              doc = "By how much the clocks of issuer and server may differ.",
              byDefault = "10s",
              min = "0",
              max = "10m")
          Duration skew) {

    /** Whether there is anything to check a token with. */
    boolean hasKeys() {
      return secret != null || keys != null || url != null;
    }
  }

  /** A back end. */
  public record Backend(
      @Key(doc = "Where it is asked whether somebody may publish.") @Nullable WebAddress publish,
      @Key(doc = "Where it is asked whether somebody may play.") @Nullable WebAddress play,
      @Key(
              doc =
                  "Where it is told every `access.recheck` of those whom it let in, and may have"
                      + " them go: nginx-rtmp's `on_update`. For `form: nginx` alone.")
          @Nullable WebAddress update,
      @Key(doc = "Whose requests and replies are spoken.", byDefault = "srs") BackendForm form,
      @Key(doc = "How long an answer may take.", byDefault = "5s", min = "100ms", max = "30s")
          Duration timeLimit,
      @Key(
              doc =
                  "How long an answer that has run out still holds while the back end has no new"
                      + " one.",
              byDefault = "5m",
              min = "0",
              max = "1d")
          Duration stale,
      @Key(
              doc =
                  "What becomes of somebody about whom it has no answer at all, since it is down or"
                      + " too slow.",
              byDefault = "deny")
          WhenDown whenDown) {}

  /** By which header fields a proxy says whom it speaks for. */
  public enum ProxyHeaders {
    @Choice(
        key = "x-forwarded",
        doc = "`X-Forwarded-For`, `X-Forwarded-Proto` and `X-Forwarded-Host`")
    X_FORWARDED,
    @Choice(doc = "`Forwarded` (RFC 7239)")
    FORWARDED
  }

  /** What becomes of a session whose proof ends. */
  public enum Expired {
    @Choice(doc = "it ends, too")
    END,
    @Choice(doc = "it goes on: the proof is needed at the beginning only")
    KEEP
  }

  /** Whose requests and replies a back end speaks. */
  public enum BackendForm {
    @Choice(doc = "SRS's `http_hooks`: JSON by POST, `0` or `code` 0 is a yes")
    SRS,
    @Choice(doc = "Flussonic's `on_play` and `on_publish`: a query, 200 is a yes")
    FLUSSONIC,
    @Choice(
        doc = "nginx-rtmp's `on_play`, `on_publish` and `on_update`: a form by POST, 2xx is a yes")
    NGINX,
    @Choice(doc = "Red5's round trip authentication: JSON by POST, `result` true is a yes")
    RED5
  }

  /** What becomes of somebody about whom there is no answer. */
  public enum WhenDown {
    @Choice(doc = "refused, and told that it cannot be found out")
    DENY,
    @Choice(doc = "let in")
    ALLOW
  }

  /** Whose claims are understood. */
  public enum Claims {
    @Choice(doc = "`publish` and `play` list streams; `ip` and `sessions` bound it")
    SLUICE,
    @Choice(doc = "those of Red5: `roles`, `red5-transport`, `red5-room`")
    RED5
  }

  /** How an address is signed. */
  public enum Form {
    @Choice(doc = "`?expires=…&sig=…`, HMAC-SHA-256")
    SLUICE,
    @Choice(doc = "`?md5=…&expires=…`, as `secure_link_md5` of nginx; for playing")
    NGINX,
    @Choice(doc = "`?token=hash-salt-end-start`, as `securetoken` of Flussonic; for playing")
    FLUSSONIC,
    @Choice(doc = "the same with `no_check_ip=true`: good for every address")
    FLUSSONIC_ANY_ADDRESS
  }
}
